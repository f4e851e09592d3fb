#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace remora::http {

/// Bytes as letters that need no escape in a URL, a header or a WebSocket's subprotocol; without padding. RFC
/// 4648 5.
std::string encode_base64url(std::string_view bytes);

/// The bytes, or nothing when the text is anything but what encode_base64url() writes: each has one spelling
/// only.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace remora::http
