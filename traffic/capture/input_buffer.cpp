#include "traffic/capture/input_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace remora::traffic {

input_buffer::input_buffer(std::unique_ptr<byte_source> source, std::size_t capacity)
    : source_{std::move(source)},
      capacity_{std::max<std::size_t>(capacity, 1)},
      storage_{new std::uint8_t[capacity_]} {}

void input_buffer::move_to_front() noexcept {
  const std::size_t kept = size();
  if (kept > 0 && begin_ > 0) std::memmove(storage_.get(), data(), kept);
  begin_ = 0;
  end_ = kept;
}

void input_buffer::grow(std::size_t capacity) {
  std::unique_ptr<std::uint8_t[]> larger{new std::uint8_t[capacity]};
  std::memcpy(larger.get(), data(), size());
  storage_ = std::move(larger);
  capacity_ = capacity;
}

input_buffer::fill input_buffer::fetch(std::size_t count, milliseconds wait) {
  move_to_front();
  while (size() < count) {
    // Step by step: a file that merely claims to hold a long record gets no memory for it.
    if (end_ == capacity_) grow(std::min(count, 2 * capacity_));
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
