#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remora::config {

/// The library's words for a syntax error, in words that say what to do.
/// @param text The whole text.
/// @param line The line of the error, from 1.
/// @param last_good_line The line up to which everything was understood.
std::string explain_yaml_error(std::string_view message, std::string_view text, std::uint32_t line,
                               std::uint32_t last_good_line);

} // namespace remora::config
