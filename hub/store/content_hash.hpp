#pragma once

#include <string>
#include <string_view>

namespace remora::hub {

/// SHA-256 of `content` as 64 lower-case hexadecimal digits: what names a version of a script on every node.
/// Source: FIPS 180-4. Throws std::runtime_error when the cryptographic library cannot compute it, which
/// needs a broken installation.
std::string content_hash(std::string_view content);

} // namespace remora::hub
