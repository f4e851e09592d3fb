#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/request.hpp"

namespace remora::http {

/// What stands between the method and the version of a request line, taken apart. RFC 9112 3.2.
struct target {
  std::string authority; ///< Of the absolute form ("http://host:port/path"): "host:port". Else empty.
  std::string path;      ///< As it came: "/a%20b". "*" for OPTIONS of the server.
  std::vector<std::string> segments; ///< Of the path, decoded: {"a b"}. "/" has none, "/a/" has {"a", ""}.
  fields query;                      ///< Decoded, "+" as a blank. "?a" has {"a", ""}.
};

constexpr std::size_t most_target_bytes = 4096;
constexpr std::size_t most_query_values = 64;
constexpr std::size_t most_path_segments = 32;

/// Takes a target apart. What two programs could understand differently is refused rather than cleaned:
/// anything but visible ASCII, a fragment, "." and ".." as segments however they are written, escapes that
/// are no two hex digits, decoded text that is no UTF-8 or (in the path) holds control characters, NUL
/// anywhere, too much of anything. Errors: invalid_usage.
result<target> parse_target(std::string_view text);

/// The bytes that %XX stand for; a "+" is a blank when `form` is true. Nothing when an escape is broken.
std::optional<std::string> percent_decode(std::string_view text, bool form);

} // namespace remora::http
