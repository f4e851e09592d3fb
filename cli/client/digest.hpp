#pragma once

#include <string>
#include <string_view>

namespace remora::client {

/// The SHA-256 of a text as 64 hexadecimal digits in lower case: the hash by which a hub names the version of
/// a script.
std::string sha256_hex(std::string_view text);

} // namespace remora::client
