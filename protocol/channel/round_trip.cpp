#include "protocol/channel/round_trip.hpp"

#include <algorithm>

namespace remora::protocol {

void round_trip::measured(nanoseconds taken) noexcept {
  // At least 1 ns, because 0 stands for "nothing yet"; at most the longest wait, so that sums cannot
  // overflow.
  taken = std::clamp(taken, nanoseconds{1}, longest_);
  if (smoothed_ == nanoseconds{0}) {
    smoothed_ = taken;
    deviation_ = taken / 2;
  } else {
    deviation_ = (deviation_ * 3 + std::chrono::abs(smoothed_ - taken)) / 4;
    smoothed_ = std::max((smoothed_ * 7 + taken) / 8, nanoseconds{1});
  }
  base_ = std::clamp(smoothed_ + 4 * deviation_, least_, longest_);
}

void round_trip::timed_out() noexcept {
  if (timeout() < longest_) ++doublings_;
}

nanoseconds round_trip::timeout() const noexcept {
  nanoseconds wait = base_;
  for (unsigned i = 0; i < doublings_ && wait < longest_; ++i) {
    wait *= 2;
  }
  return std::min(wait, longest_);
}

} // namespace remora::protocol
