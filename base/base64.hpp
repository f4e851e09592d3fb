#pragma once

#include <string>
#include <string_view>

namespace remora {

/// Appends bytes as base64 with padding (RFC 4648, section 4).
void append_base64(std::string& to, std::string_view bytes);

} // namespace remora
