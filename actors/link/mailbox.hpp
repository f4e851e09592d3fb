#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"

namespace remora::link {

/// Commands on their way to a socket's thread: bounded, from any thread, with a descriptor that becomes
/// readable.
template <class Command>
class mailbox {
 public:
  mailbox(std::size_t most_commands, std::size_t most_bytes)
      : wake_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
        most_commands_{most_commands},
        most_bytes_{most_bytes} {}

  /// False when the system has no descriptor left: such a mailbox wakes nobody.
  bool usable() const noexcept { return static_cast<bool>(wake_); }
  int descriptor() const noexcept { return wake_.number(); }

  /// Appends a command that holds this many bytes; false, and nothing happens, when there is no room.
  bool push(Command command, std::size_t bytes) {
    bool was_empty = false;
    {
      const std::lock_guard lock{mutex_};
      if (commands_.size() >= most_commands_ || bytes > most_bytes_ - bytes_) return false;
      was_empty = commands_.empty();
      commands_.push_back(std::move(command));
      bytes_ += bytes;
    }
    if (was_empty) wake(); // later ones are found together with the first
    return true;
  }

  /// Makes the descriptor readable. Safe from any thread.
  void wake() noexcept {
    const std::uint64_t one = 1;
    while (::write(wake_.number(), &one, sizeof one) < 0 && errno == EINTR) {
    }
  }

  /// Moves everything into `out`, whose content is given up, and makes the descriptor unreadable.
  void take_all(std::vector<Command>& out) {
    out.clear();
    std::uint64_t ignored = 0;
    while (::read(wake_.number(), &ignored, sizeof ignored) < 0 && errno == EINTR) {
    }
    const std::lock_guard lock{mutex_};
    commands_.swap(out);
    bytes_ = 0;
  }

 private:
  file_descriptor wake_;
  std::mutex mutex_;
  std::vector<Command> commands_;
  std::size_t bytes_ = 0;
  std::size_t most_commands_;
  std::size_t most_bytes_;
};

} // namespace remora::link
