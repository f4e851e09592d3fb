#include "traffic/capture/input_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace remora::traffic {

input_buffer::input_buffer(std::unique_ptr<byte_source> source, std::size_t capacity)
    : source_{std::move(source)},
      capacity_{std::max<std::size_t>(capacity, 1)},
      storage_{new std::uint8_t[capacity_]} {}

void input_buffer::make_room(std::size_t count) {
  const std::size_t kept = size();
  if (count > capacity_) {
    // Twice the need while that is little, so that growing records do not make it grow each time.
    const std::size_t larger = std::max(count, std::min(2 * count, std::size_t{1} << 20));
    std::unique_ptr<std::uint8_t[]> storage{new std::uint8_t[larger]};
    if (kept > 0) std::memcpy(storage.get(), data(), kept);
    storage_ = std::move(storage);
    capacity_ = larger;
  } else if (kept > 0 && begin_ > 0) {
    std::memmove(storage_.get(), data(), kept);
  }
  begin_ = 0;
  end_ = kept;
}

input_buffer::fill input_buffer::fetch(std::size_t count, milliseconds wait) {
  make_room(count);
  while (size() < count) {
    auto got = source_->read(storage_.get() + end_, capacity_ - end_, wait);
    if (!got) {
      failure_ = std::move(got).error();
      return fill::failed;
    }
    if (got->what == byte_source::state::end) return fill::end;
    if (got->what == byte_source::state::idle) return fill::idle;
    end_ += std::min(got->bytes, capacity_ - end_);
  }
  return fill::ready;
}

} // namespace remora::traffic
