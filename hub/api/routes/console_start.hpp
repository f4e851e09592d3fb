#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "hub/service.hpp"

namespace remora::hub {

inline constexpr std::int64_t longest_tail = 10'000;

/// After which line a client that wants the last `tail` lines of `which` begins. Looks back only so far that
/// a rare script cannot hold up the store for long: then the tail is shorter. Errors: those of the service.
result<std::int64_t> before_tail(service& hub, const line_filter& which, std::size_t tail);

} // namespace remora::hub
