#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/scripts/script_set.hpp"
#include "config/settings.hpp"
#include "hub/jobs/job_book.hpp"
#include "hub/scripts/deployment_terms.hpp"
#include "hub/scripts/published_deployment.hpp"
#include "hub/store_thread.hpp"

namespace remora::hub {

/// Where everything that makes a new deployment happens, one change after the other: scripts, their terms,
/// paused jobs. A change is on the disk before it is published, and publishing is the last thing that it
/// does. Lives on the store's thread.
class deployment_desk {
 public:
  /// @param publish Called with each new deployment, in their order.
  deployment_desk(stores& in, std::function<void(published_ptr)> publish);

  /// Publishes what the store holds together with what the configuration names, as a new generation: `env`
  /// may have changed while the hub was down.
  result<void> begin(const deployment_terms& terms, const config::script_set& read,
                     const config::scripting_settings& scripting, timestamp now);
  /// Changes the terms. Publishes only what differs.
  result<void> set_terms(const deployment_terms& terms);
  /// Makes what the configuration names the scripts of files and of the configuration.
  result<void> set_configured(const config::script_set& read, const config::scripting_settings& scripting,
                              timestamp now);

  // As script_store has them.
  result<stored_script> put(const script_change& script, std::optional<std::uint64_t> expected,
                            timestamp now);
  result<stored_script> set_active(const std::string& title, bool active,
                                   std::optional<std::uint64_t> expected, timestamp now);
  result<void> remove(const std::string& title, std::optional<std::uint64_t> expected);

  /// Pauses jobs on all nodes, also those that come later, or lets them go on.
  result<void> set_paused(const job_names& jobs, bool paused);

 private:
  result<void> publish_if_new();
  /// A generation of its own for what is no script.
  result<void> publish_as_new();

  stores& in_;
  std::function<void(published_ptr)> publish_;
  deployment_terms terms_;
  job_names paused_;
  std::uint64_t published_ = 0; ///< The generation.
};

} // namespace remora::hub
