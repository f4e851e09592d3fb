#pragma once

#include <algorithm>
#include <random>

#include "base/time.hpp"

namespace remora::link {

/// Pauses between attempts: each twice the one before, up to a most, each shortened or lengthened by up to
/// half, so that a thousand workers that lost the hub together do not come back together.
class backoff {
 public:
  backoff(milliseconds first, milliseconds most, std::uint32_t seed)
      : first_{std::max(first, milliseconds{1})},
        most_{std::max(most, first_)},
        next_{first_},
        random_{seed} {}

  milliseconds next() {
    const auto pause = spread(next_);
    next_ = std::min(next_ * 2, most_);
    return pause;
  }
  void reset() noexcept { next_ = first_; }
  /// A duration between half and one and a half times this one.
  milliseconds spread(milliseconds around) {
    std::uniform_real_distribution<double> factor{0.5, 1.5};
    const auto spread_ms = static_cast<double>(around.count()) * factor(random_);
    return milliseconds{std::max<std::int64_t>(1, static_cast<std::int64_t>(spread_ms))};
  }

 private:
  milliseconds first_;
  milliseconds most_;
  milliseconds next_;
  std::minstd_rand random_;
};

} // namespace remora::link
