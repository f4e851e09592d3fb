#pragma once

#include <algorithm>
#include <chrono>

namespace remora::link {

using steady_time = std::chrono::steady_clock::time_point;

/// A bucket of tokens: `burst` at most, `per_second` flow in. Reads no clock.
class token_bucket {
 public:
  token_bucket(double per_second, double burst, steady_time now)
      : per_second_{per_second}, burst_{burst}, tokens_{burst}, filled_{now} {}

  /// Takes tokens if there are enough; otherwise takes none and says false.
  bool take(double tokens, steady_time now) noexcept {
    const double seconds = std::max(0.0, std::chrono::duration<double>(now - filled_).count());
    tokens_ = std::min(burst_, tokens_ + seconds * per_second_);
    filled_ = now;
    if (tokens > tokens_) return false;
    tokens_ -= tokens;
    return true;
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  steady_time filled_;
};

} // namespace remora::link
