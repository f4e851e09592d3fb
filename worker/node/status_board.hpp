#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/scripts/job_reporter.hpp"
#include "protocol/messages.hpp"
#include "protocol/script_source.hpp"

namespace remora::worker {

/// What the hub is to know of the scripts of a node, and what of it was not sent yet. Of what is replaced
/// before it was sent only the last is sent: however long the hub is away, no more is kept than the scripts
/// there are. No actor, no clock.
class status_board {
 public:
  /// Requests of scripts that wait for the hub; beyond it new ones are dropped.
  static constexpr std::size_t most_requests = 1'000;

  /// These scripts are wanted from now on; one that ends and is none of them was removed.
  void want(std::set<std::string> titles) { wanted_ = std::move(titles); }

  void running(std::uint64_t generation, const script_source& script, timestamp now);
  void refused(std::uint64_t generation, const script_source& script, const std::string& why, bool declined,
               timestamp now);
  void suspended(const std::string& title, const std::optional<actors::suspension>& why, timestamp now);
  void stuck(const std::string& title, timestamp now);
  /// @returns true when it was removed: no version of it is to come.
  bool ended(const std::string& title, timestamp now);
  void jobs(const std::string& title, std::vector<scheduled_job> all);
  /// @returns false when it is dropped.
  bool request(protocol::job_request what);

  /// Everything that stands is to be sent again: to a hub that may know nothing.
  void send_all_again();

  /// Gives what is to be sent to `send`, as long as that takes it.
  /// @returns false when something is left.
  bool flush(const std::function<bool(const protocol::message&)>& send);

  /// Titles of scripts of which a version runs.
  std::size_t running_scripts() const noexcept { return running_.size(); }
  /// The scripts that are wanted, and whether a version of each runs and is not suspended.
  std::map<std::string, bool> wanted_scripts() const;
  /// Of those how many have not said yet what becomes of them: they are being loaded.
  std::size_t loading_scripts() const;

 private:
  void set(script_state state);
  bool is_suspended(const std::string& title) const;

  std::set<std::string> wanted_;
  std::map<std::string, script_state> states_;  ///< The last of each script.
  std::map<std::string, script_state> running_; ///< The version that runs, when there is one.
  std::map<std::string, std::vector<scheduled_job>> jobs_;
  std::set<std::string> unsent_states_;
  std::set<std::string> unsent_jobs_;
  std::deque<protocol::job_request> requests_;
};

} // namespace remora::worker
