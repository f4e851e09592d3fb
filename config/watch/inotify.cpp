#include "config/watch/inotify.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace remora::config {

namespace {

constexpr unsigned folder_mask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                                 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW;
constexpr unsigned file_mask =
    IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_DONT_FOLLOW;

/// Somebody who writes without end must not keep the reader for ever; the rest is read next time.
constexpr int reads_at_once = 1'024;

inotify::event::kind kind_of(std::uint32_t mask) {
  using kind = inotify::event::kind;
  if ((mask & IN_Q_OVERFLOW) != 0) return kind::overflow;
  if ((mask & IN_IGNORED) != 0) return kind::ended;
  if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) return kind::gone;
  return kind::entry;
}

/// Takes the records of one read apart.
void hand_over(const char* at, std::size_t left, const std::function<void(const inotify::event&)>& take) {
  inotify_event raw{};
  while (left >= sizeof raw) {
    std::memcpy(&raw, at, sizeof raw);
    const std::size_t size = sizeof raw + raw.len;
    if (size > left) return; // the kernel never cuts a record; do not run past one all the same
    const char* const name = at + sizeof raw;
    // The name is padded with NULs.
    take({kind_of(raw.mask), raw.wd, std::string_view{name, ::strnlen(name, raw.len)}});
    at += size;
    left -= size;
  }
}

} // namespace

inotify::inotify() : file_{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)} {
  if (!file_) open_error_ = errno;
}

tl::expected<int, int> inotify::add(const std::string& path, unsigned mask) const {
  if (!file_) return tl::unexpected<int>{open_error_};
  const int watch = ::inotify_add_watch(file_.number(), path.c_str(), mask);
  if (watch < 0) return tl::unexpected<int>{errno};
  return watch;
}

tl::expected<int, int> inotify::watch_folder(const std::string& path) const { return add(path, folder_mask); }

tl::expected<int, int> inotify::watch_file(const std::string& path) const { return add(path, file_mask); }

void inotify::forget(int watch) const noexcept {
  if (file_) ::inotify_rm_watch(file_.number(), watch);
}

void inotify::read(const std::function<void(const event&)>& take) const {
  if (!file_) return;
  std::array<char, 16'384> buffer{};
  for (int i = 0; i < reads_at_once; ++i) {
    const ssize_t got = ::read(file_.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return; // EAGAIN: nothing more
    hand_over(buffer.data(), static_cast<std::size_t>(got), take);
  }
}

} // namespace remora::config
