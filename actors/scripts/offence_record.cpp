#include "actors/scripts/offence_record.hpp"

#include <algorithm>

namespace remora::actors {

nanoseconds offence_record::add(timestamp now) {
  if (count_ > 0 && now - quiet_since_ >= memory) count_ = 0;
  ++count_;
  nanoseconds pause{0};
  if (count_ > free_offences) {
    const std::size_t doublings = std::min<std::size_t>(count_ - free_offences - 1, 16);
    pause = std::min<nanoseconds>(first_pause * (std::int64_t{1} << doublings), longest_pause);
  }
  quiet_since_ = now + pause;
  return pause;
}

} // namespace remora::actors
