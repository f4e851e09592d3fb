#include "cli/output.hpp"

#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace remora::cli {

output::output(int fd, flushing when, std::function<void()> on_failure)
    : fd_{fd}, when_{when}, on_failure_{std::move(on_failure)} {
  buffer_.reserve(capacity);
}

output::~output() { flush(); }

void output::write(std::string_view text) {
  if (buffer_.size() + text.size() > capacity) flush();
  if (text.size() >= capacity) {
    write_now(text);
  } else {
    buffer_ += text;
  }
}

void output::end_record() {
  if (when_ == flushing::every_record) flush();
}

void output::flush() {
  write_now(buffer_);
  buffer_.clear();
}

void output::write_now(std::string_view text) {
  while (!text.empty() && !failure_) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) { // whoever started us made it non-blocking
      pollfd writable{fd_, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      failure_ = error{errc::io_failed, "standard output cannot be written: " + errno_text(errno)};
      if (on_failure_) on_failure_();
    }
  }
}

} // namespace remora::cli
