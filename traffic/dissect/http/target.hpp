#pragma once

#include <string>
#include <string_view>

namespace remora::traffic::http {

/// The path and the query of a request target (RFC 9112, section 3.2), as sent; a fragment, which does not
/// belong there, is left out. A target without a path ("*", "host:443") is all path.
struct target_parts {
  std::string_view path;
  std::string_view query;
};
target_parts split_target(std::string_view target) noexcept;

/// Percent-decoded (RFC 3986, section 2.1); what is no escape stays as it is.
std::string percent_decoded(std::string_view text, bool plus_is_space);

/// The path of a target, percent-decoded.
std::string path_of(std::string_view target);

} // namespace remora::traffic::http
