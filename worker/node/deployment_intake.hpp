#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "protocol/channel/channel_settings.hpp"
#include "protocol/messages.hpp"
#include "worker/deployment.hpp"
#include "worker/node/deployment_file.hpp"

namespace remora::worker {

/// Takes in deployments: notices that there is another, asks for it until it comes, checks that the code is
/// what its name says, and keeps the one that runs. No clock, disk or actor.
class deployment_intake {
 public:
  using moment = protocol::moment;

  /// Beyond it code that no deployment names yet is not taken.
  static constexpr std::size_t most_waiting_bytes = std::size_t{256} << 20U;

  /// What this node runs already, from its disk.
  void begin_with(whole_deployment known);

  /// The hub's newest deployment has this number. 0: it has none, and what runs here goes on.
  /// @param sure It is to be fetched even when the number is that of the one that runs: the hub may be
  /// another.
  void hear_of(std::uint64_t generation, moment now, bool sure = false);
  /// There is no hub: nothing is asked for.
  void forget_hub() noexcept { ask_at_.reset(); }

  /// The question that is due, if one is; the next is later.
  std::optional<protocol::fetch_deployment> question(moment now);
  std::optional<moment> next_question() const noexcept { return ask_at_; }

  /// Errors: invalid_message (the hash is not that of the code), too_large. It is dropped then.
  result<void> take(protocol::script_code what);
  /// @returns the deployment when it is whole and another than the one that runs; from then on it is that
  /// one. Nothing when code is missing, which is asked for, or nothing is new.
  std::optional<whole_deployment> take(protocol::deployment what, moment now);

  std::uint64_t generation() const noexcept { return runs_ ? runs_->manifest.generation : 0; }

 private:
  /// Null when this node does not hold it.
  const std::string* code_of(const script_hash& hash) const;

  std::optional<whole_deployment> runs_;
  code_by_hash arrived_; ///< And not yet part of a deployment.
  std::size_t arrived_bytes_ = 0;
  std::optional<moment> ask_at_;
  milliseconds pause_{0};
};

/// What a deployer makes of a deployment. Settings that are out of bounds are brought within them, scripts
/// without a title or with that of another are left out, a time zone that this machine does not know becomes
/// UTC; each is logged.
wanted_scripts_ptr wanted_of(const whole_deployment& what);

} // namespace remora::worker
