#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>

#include "worker/queries/item_screen.hpp"
#include "worker/screening_scripts.hpp"

namespace remora::worker {

/// Shows items to the onItemQueried of every script that has it, one after the other, before they leave the
/// node. A script that does not answer in time has failed on all of them. Source: scripting API §6.3.
class script_screen final : public item_screen {
 public:
  /// @param system Outlives this, and all calls of pass() end before it does.
  script_screen(caf::actor_system& system, std::shared_ptr<const screening_scripts> scripts,
                nanoseconds longest_answer = std::chrono::seconds{30});

  std::vector<std::optional<std::string>> pass(std::vector<std::string> items,
                                               const std::string& query) override;

 private:
  caf::actor_system& system_;
  const std::shared_ptr<const screening_scripts> scripts_;
  const nanoseconds longest_answer_;
};

} // namespace remora::worker
