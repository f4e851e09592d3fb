#include "base/folder_lock.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

#include "base/time.hpp"

namespace remora {

namespace {

std::string this_process() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '?';
  return "process " + std::to_string(getpid()) + " on " + host.data() + " since " + to_rfc3339(wall_now());
}

/// What the holder wrote; it may just be about to.
std::string holder(int lock_file) {
  std::array<char, 512> text{};
  const auto length = pread(lock_file, text.data(), text.size(), 0);
  if (length <= 0) return "a process that has only just started";
  const std::string_view written{text.data(), static_cast<std::size_t>(length)};
  return std::string{written.substr(0, written.find('\n'))};
}

tl::unexpected<error> cannot(const std::string& file, std::string_view what) {
  const int number = errno;
  return fail(errno_code(number), std::string{"cannot "}.append(what).append(" ") + file + ": " +
                                      errno_text(number) +
                                      "; check that the folder exists and may be written");
}

} // namespace

result<folder_lock> folder_lock::take(const std::string& folder, std::string_view program) {
  const std::string name{program};
  const auto file = folder + "/remora-" + name + ".lock";
  // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  file_descriptor lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!lock) return cannot(file, "open");
  if (flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot(file, "lock");
    return fail(errc::store_in_use, "another " + name + " works in " + folder + ": " + holder(lock.number()) +
                                        "; stop it first, or give this one a " + name + ".data of its own");
  }
  const auto text = this_process() + '\n';
  if (ftruncate(lock.number(), 0) != 0 ||
      pwrite(lock.number(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    // The lock is what counts; on a full disk it has to do without its holder's name.
    if (errno != ENOSPC) return cannot(file, "write");
  }
  return folder_lock{std::move(lock)};
}

} // namespace remora
