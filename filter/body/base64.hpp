#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace remora::filter {

/// The bytes behind base64 text of the standard alphabet (RFC 4648, section 4), with or without padding.
/// Nothing when any other character is in it, or when it is cut in the middle of a byte.
std::optional<std::string> decode_base64(std::string_view text);

/// With padding.
std::string encode_base64(std::string_view bytes);

} // namespace remora::filter
