#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "protocol/script_hash.hpp"

namespace remora {

/// One script of a deployment. Its code is fetched by hash, by whoever does not have it yet.
struct deployed_script {
  std::uint64_t index = 0; ///< Order among the scripts; see script_source.
  std::string title;       ///< Unique in the deployment.
  script_hash hash;
  std::string file; ///< As errors name it.
};

/// What each script may use on each node. Times are processor time. Source: keys scripting.limits.*.
struct deployed_limits {
  nanoseconds turn = std::chrono::seconds{5};
  nanoseconds load = std::chrono::seconds{10};
  nanoseconds job = std::chrono::minutes{5};
  std::uint64_t memory_bytes = 64u << 20;
  std::uint64_t queue_events = 65'536;
  std::uint64_t file_quota_bytes = 2ull << 30;
};

/// A word of the filter language that an operator made. Source: filter language §4.7.
struct filter_macro {
  std::string name;
  std::string text; ///< KFL1.
};

/// A job that shall not run by its schedule until it is resumed.
struct paused_job {
  std::string script; ///< Title.
  std::string tag;
};

/// All that runs on the nodes: the manifest, without the code. Immutable but for `paused`; a change makes
/// another generation.
struct deployment_manifest {
  std::uint64_t generation = 0; ///< Counts up from 1 in the life of a hub's data.
  std::vector<deployed_script> scripts;
  std::string env_json = "{}"; ///< scripting.env as a JSON object. Secret.
  deployed_limits limits;
  std::string timezone = "UTC";   ///< Of cron schedules; a name of the time zone database.
  std::vector<paused_job> paused; ///< All there are when the manifest is sent; no change of generation.
  std::string archive_prefix = "kubeshark"; ///< scripting.archivePrefix
  std::vector<filter_macro> macros;         ///< Names are unique; filter.macros.
  bool redaction_fail_closed = false;       ///< scripting.redactionFailClosed
};

} // namespace remora
