#pragma once

#include <cstdint>
#include <string_view>

namespace remora::traffic::http {

/// The registered reason of a status code ("Not Found"), or "". Source: IANA, HTTP Status Code Registry.
std::string_view status_text(std::uint16_t status) noexcept;

} // namespace remora::traffic::http
