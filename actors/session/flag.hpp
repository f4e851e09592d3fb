#pragma once

namespace remora::session {

/// Holds a flag up for as long as it lives, also when an owner throws.
class flag_guard {
 public:
  explicit flag_guard(bool& flag) noexcept : flag_{flag} { flag_ = true; }
  ~flag_guard() { flag_ = false; }
  flag_guard(const flag_guard&) = delete;
  flag_guard& operator=(const flag_guard&) = delete;

 private:
  bool& flag_;
};

} // namespace remora::session
