#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/jobs/job_book.hpp"
#include "hub/scripts/deployment_terms.hpp"
#include "hub/store_thread.hpp"
#include "protocol/deployment.hpp"
#include "protocol/script_hash.hpp"

namespace remora::hub {

/// A deployment with its code, as the hub hands it out. Immutable.
struct published_deployment {
  deployment_manifest manifest;
  std::map<script_hash, std::shared_ptr<const std::string>> code;
};
using published_ptr = std::shared_ptr<const published_deployment>;

/// Puts the present deployment together: the active scripts of the store under the terms. Does not raise the
/// generation. Errors: the store's.
result<published_ptr> put_together(stores& in, const deployment_terms& terms, const job_names& paused);

} // namespace remora::hub
