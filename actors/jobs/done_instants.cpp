#include "actors/jobs/done_instants.hpp"

#include <algorithm>

namespace remora::jobs {

bool done_instants::is_far_ahead(timestamp instant, timestamp now) noexcept {
  // Not now + longest_step_back: that may lie after the end of time.
  return now < timestamp::max() - longest_step_back && instant > now + longest_step_back;
}

void done_instants::add(timestamp instant) noexcept {
  timestamp* const first = marks_.data();
  timestamp* const last = first + count_;
  // The first mark that is not before the instant covers it when it is near.
  timestamp* const next = std::lower_bound(first, last, instant);
  if (next != last && !is_far_ahead(*next, instant)) return;
  if (next != first && !is_far_ahead(instant, *(next - 1))) {
    *(next - 1) = instant;
    return;
  }
  if (count_ < marks_.size()) {
    std::move_backward(next, last, last + 1);
    *next = instant;
    ++count_;
  } else { // the first gives way, also to one before it: what a wrong clock did must not use up all places
    timestamp* const place = next == first ? first : next - 1;
    std::move(first + 1, place + 1, first);
    *place = instant;
  }
}

void done_instants::add(const done_instants& others) noexcept {
  for (const timestamp mark : others)
    add(mark);
}

timestamp done_instants::up_to(timestamp now) const noexcept {
  for (std::size_t i = count_; i > 0; --i) {
    if (!is_far_ahead(marks_[i - 1], now)) return marks_[i - 1];
  }
  return timestamp::min();
}

} // namespace remora::jobs
