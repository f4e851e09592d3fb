#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/scripts/job_reporter.hpp"
#include "protocol/messages.hpp"
#include "protocol/scheduled_job.hpp"
#include "protocol/script_source.hpp"

namespace remora::worker {

// What an uplink is told of. From the link:
struct link_connected {};
struct link_subscribed {};
struct link_lost {};
struct link_message {
  std::string bytes;
};
struct link_published {
  std::string bytes;
};

// From the scripts of the node:
struct records_waiting {};
struct actions_waiting {};
struct script_running {
  std::uint64_t generation = 0;
  script_source script;
};
struct script_refused {
  std::uint64_t generation = 0;
  script_source script;
  std::string why;
  bool declined = false;
};
struct script_suspended {
  std::string title;
  std::optional<actors::suspension> why; ///< Nothing: it runs again.
};
struct script_stuck {
  std::string title;
};
struct script_ended {
  std::string title;
};
struct script_jobs {
  std::string title;
  std::vector<scheduled_job> jobs;
};
/// The capture is over and every script has ended.
struct all_scripts_ended {};

/// An unnumbered message for the hub, from whoever answers its questions.
struct answer_ready {
  protocol::message what;
};

// From whoever runs the node:
struct stop_asked {};

using uplink_event = std::variant<link_connected, link_subscribed, link_lost, link_message, link_published,
                                  records_waiting, actions_waiting, script_running, script_refused,
                                  script_suspended, script_stuck, script_ended, script_jobs,
                                  protocol::job_request, all_scripts_ended, stop_asked, answer_ready>;
using uplink_event_ptr = std::shared_ptr<const uplink_event>;

} // namespace remora::worker
