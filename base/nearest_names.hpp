#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace remora {

/// The names that somebody who wrote `wanted` probably meant, likeliest first, at most `count`: those that
/// differ in a few characters or in upper and lower case, and those whose last part after a slash does
/// ("berlin" finds "Europe/Berlin"). Nothing when no name is near, or when `wanted` is longer than 64 bytes.
/// For error messages: takes time in proportion to all names together.
std::vector<std::string_view> nearest_names(std::string_view wanted,
                                            const std::vector<std::string_view>& names, std::size_t count);

/// What an error message about an unknown name may end with: `; did you mean "Dns"?`, or nothing.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string_view>& names);

} // namespace remora
