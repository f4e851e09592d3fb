#pragma once

#include <cstdint>

namespace remora::traffic {

/// A 64-bit count made from a 32-bit counter that wraps, as long as it is read once in every 2^32 steps.
class wrapping_counter {
 public:
  /// @param now What the 32-bit counter shows. @returns All that it has ever counted.
  std::uint64_t update(std::uint32_t now) noexcept {
    total_ += static_cast<std::uint32_t>(now - last_); // modulo 2^32 on purpose
    last_ = now;
    return total_;
  }

 private:
  std::uint32_t last_ = 0;
  std::uint64_t total_ = 0;
};

} // namespace remora::traffic
