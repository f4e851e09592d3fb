#include "traffic/dissect/deadlines.hpp"

#include <algorithm>

namespace remora::traffic {

deadlines::deadlines() noexcept {
  for (expiring& one : slots_)
    one.next_ = one.previous_ = &one;
}

deadlines::~deadlines() {
  for (expiring& slot : slots_) {
    while (slot.next_ != &slot)
      slot.next_->leave();
    slot.next_ = slot.previous_ = nullptr; // it is in no list any more
  }
}

void deadlines::set(expiring& who, timestamp when) noexcept {
  who.leave();
  const std::int64_t furthest = tick_ + static_cast<std::int64_t>(slots) - 1;
  const std::int64_t tick = std::clamp(tick_of(when) + 1, tick_ + 1, furthest);
  expiring& slot = slots_[static_cast<std::size_t>(tick) % slots];
  who.next_ = &slot;
  who.previous_ = slot.previous_;
  slot.previous_->next_ = &who;
  slot.previous_ = &who;
}

void deadlines::turn(std::int64_t tick, timestamp now) {
  // After a long silence one round passes over all there is.
  std::int64_t at = std::max(tick_ + 1, tick - static_cast<std::int64_t>(slots) + 1);
  for (; at <= tick; ++at) {
    tick_ = std::max(at, tick_);
    empty(slots_[static_cast<std::size_t>(at) % slots], now);
  }
}

void deadlines::empty(expiring& slot, timestamp now) {
  // What asks again goes to a later slot, so this ends.
  while (slot.next_ != &slot) {
    expiring& one = *slot.next_;
    one.leave();
    one.expire(now);
  }
}

} // namespace remora::traffic
