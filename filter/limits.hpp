#pragma once

#include <cstddef>

namespace remora::filter {

/// The longest query text.
constexpr std::size_t max_query_bytes = 65'536;

} // namespace remora::filter
