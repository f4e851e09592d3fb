#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace remora::link {

/// What waits for one peer, bounded in messages and in bytes.
class outbox {
 public:
  outbox(std::size_t most_messages, std::size_t most_bytes)
      : most_messages_{most_messages}, most_bytes_{most_bytes} {}

  bool has_room(std::size_t bytes) const noexcept {
    return frames_.size() < most_messages_ && bytes <= most_bytes_ - bytes_;
  }
  /// Appends a frame; false, and nothing happens, when there is no room.
  bool push(std::string&& frame) {
    if (!has_room(frame.size())) return false;
    bytes_ += frame.size();
    frames_.push_back(std::move(frame));
    return true;
  }
  const std::string& front() const { return frames_.front(); }
  void pop() {
    bytes_ -= frames_.front().size();
    frames_.pop_front();
  }
  bool empty() const noexcept { return frames_.empty(); }
  std::size_t size() const noexcept { return frames_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::deque<std::string> frames_;
  std::size_t bytes_ = 0;
  std::size_t most_messages_;
  std::size_t most_bytes_;
};

} // namespace remora::link
