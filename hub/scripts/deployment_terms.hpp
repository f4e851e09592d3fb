#pragma once

#include <string>

#include "config/settings.hpp"
#include "protocol/deployment.hpp"

namespace remora::hub {

/// What a deployment says beside its scripts.
struct deployment_terms {
  bool enabled = true;         ///< False: no script runs.
  std::string env_json = "{}"; ///< Secret.
  deployed_limits limits;
  std::string timezone = "UTC";
  std::string archive_prefix = "kubeshark";
  config::filter_macros macros;
  bool redaction_fail_closed = false;
};

/// As the settings have it.
deployment_terms terms_of(const config::settings& all);

bool operator==(const deployment_terms& a, const deployment_terms& b);
inline bool operator!=(const deployment_terms& a, const deployment_terms& b) { return !(a == b); }

} // namespace remora::hub
