#pragma once

#include <cstddef>

namespace remora::test {

/// So many requests, or a tenth of them: ThreadSanitizer slows remora too much for all.
constexpr std::size_t many(std::size_t requests) {
#ifdef __SANITIZE_THREAD__
  constexpr std::size_t share = 10;
#else
  constexpr std::size_t share = 1;
#endif
  return requests / share;
}

} // namespace remora::test
