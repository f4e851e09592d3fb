#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace remora::client {

/// Names with values, in their order.
using fields = std::vector<std::pair<std::string, std::string>>;

/// A text as one segment of a path: everything but letters, digits and `-_~.` is written as %XX, and so are
/// the segments "." and "..", which would lead elsewhere. RFC 3986 2.1.
std::string path_segment(std::string_view text);

/// "?a=1&b=x%20y", or nothing. What has an empty value is left out: it was not asked for.
std::string query_text(const fields& query);

} // namespace remora::client
