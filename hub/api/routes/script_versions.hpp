#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "http/request.hpp"
#include "hub/service.hpp"

namespace remora::hub {

/// The entity tag of a script: its version in quotes.
std::string etag_of(const stored_script& script);

/// What a request that changes a script demands of the script that is there now (If-Match, If-None-Match).
struct version_demand {
  std::optional<std::uint64_t>
      expected;        ///< For the service; 0: there must be none; nothing: whatever there is.
  bool exists = false; ///< The script was there when we looked.
  std::string broken;  ///< Why the demand is not met: answer 412. "" when it may be.
};

/// Looks at the script and compares. A change in between is noticed by the store, through `expected`.
/// Errors: those of the service, but not not_found.
result<version_demand> read_demand(const http::request& asked, service& hub, const std::string& title);

} // namespace remora::hub
