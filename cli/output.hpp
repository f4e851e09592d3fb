#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::cli {

/// Standard output (or error) behind a buffer. One thread at a time. After the first failure everything else
/// is dropped: the reader is gone or the disk is full, and the caller was told.
class output {
 public:
  enum class flushing {
    when_full,    ///< A file or a pipe: few, large writes.
    every_record, ///< Somebody watches.
  };

  static constexpr std::size_t capacity = 64u << 10;

  /// @param fd Stays open and the caller's.
  /// @param on_failure Called once, with the first failure.
  output(int fd, flushing when, std::function<void()> on_failure = {});
  ~output();
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  /// Appends to the record that is being written.
  void write(std::string_view text);
  void end_record();
  void flush();

  /// io_failed once a write has failed.
  const std::optional<error>& failure() const noexcept { return failure_; }

 private:
  void write_now(std::string_view text);

  int fd_;
  flushing when_;
  std::function<void()> on_failure_;
  std::string buffer_;
  std::optional<error> failure_;
};

} // namespace remora::cli
