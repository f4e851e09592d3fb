#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/jobs/time_zone.hpp"
#include "actors/scripts/job_reporter.hpp"
#include "actors/scripts/round.hpp"
#include "protocol/deployment.hpp"
#include "protocol/messages.hpp"
#include "protocol/scheduled_job.hpp"
#include "protocol/script_source.hpp"
#include "script/limits.hpp"
#include "worker/capture_report.hpp"

namespace remora::worker {

/// What a node is to run from now on.
struct wanted_scripts {
  std::uint64_t generation = 0;
  std::vector<script_source> scripts; ///< Of different titles.
  std::string env_json = "{}";
  script::limits limits;
  std::size_t queue_events = 65'536; ///< That wait for one script before more are dropped.
  jobs::time_zone zone;
  std::uint64_t file_quota_bytes = 2ULL << 30; ///< Of all scripts together.
  std::string archive_prefix = "kubeshark";    ///< Of file.tar.
  std::map<std::string, std::string> macros;   ///< Of the filter language: name to KFL1 text.
  bool redaction_fail_closed = false;          ///< An item that onItemQueried fails on is withheld.
  /// All jobs that are paused, whether they exist yet or not. Nothing: those that were before.
  std::optional<std::vector<paused_job>> paused;
};
using wanted_scripts_ptr = std::shared_ptr<const wanted_scripts>;

/// Told of everything that becomes of scripts. Called on the deployer's thread; must not block.
class deployment_watcher {
 public:
  virtual ~deployment_watcher() = default;
  /// This version runs. The one before, if there was one, has got its last packet.
  virtual void running(std::uint64_t generation, const script_source& script) = 0;
  /// This version does not load; the one before goes on, if there is one. `why` has file, line and reason.
  /// `declined`: it was the script's own wish.
  virtual void refused(std::uint64_t generation, const script_source& script, const std::string& why,
                       bool declined) = 0;
  /// The version that runs was ended too often and waits. Nothing: it runs again.
  virtual void suspended(const std::string& title, const std::optional<actors::suspension>& why) = 0;
  /// The script does not answer any more and was given up.
  virtual void stuck(const std::string& title) = 0;
  /// A version has ended, replaced or removed; what came of it. Packets that it was too slow for are counted
  /// with those it was suspended for.
  virtual void ended(const std::string& title, const actors::script_tally& tally) = 0;
  /// The jobs of a script, all of them, in the order scheduled; replaces what was said before, and begins as
  /// none. Told when one is scheduled, removed, paused, resumed or has reached its limit, at most ten times a
  /// second; when only `next` and `runs` moved, at most once a second. Empty once the script has ended.
  virtual void jobs_changed(const std::string& title, const std::vector<scheduled_job>& jobs) = 0;
  /// A script asks for something that concerns the jobs of all nodes. Here it is done already.
  virtual void job_requested(const protocol::job_request& request) = 0;
  /// The capture is over and every script has ended. The last call.
  virtual void capture_ended(const capture_report& report) = 0;
};

} // namespace remora::worker
