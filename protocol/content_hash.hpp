#pragma once

#include <string_view>

#include "protocol/script_hash.hpp"

namespace remora {

/// SHA-256 of a script's code: what names a version of it on every node. Source: FIPS 180-4.
/// Throws std::runtime_error when the cryptographic library cannot compute it, which needs a broken
/// installation.
script_hash content_hash(std::string_view content);

} // namespace remora
