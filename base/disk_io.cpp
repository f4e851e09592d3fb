#include "base/disk_io.hpp"

#include <cerrno>
#include <unistd.h>

namespace remora {

tl::unexpected<error> disk_failure(std::string_view what, const std::string& path, int number) {
  const bool is_full = number == ENOSPC || number == EDQUOT;
  return fail(is_full ? errc::store_full : errno_code(number),
              std::string{"cannot "}.append(what).append(" ") + path + ": " + errno_text(number) +
                  (is_full ? "; free space on that disk" : ""));
}

result<std::string> read_at(int file, const std::string& path, std::uint64_t from, std::size_t most) {
  std::string content(most, '\0');
  std::size_t length = 0;
  while (length < content.size()) {
    const auto got =
        pread(file, content.data() + length, content.size() - length, static_cast<off_t>(from + length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_failure("read", path, errno);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  content.resize(length);
  return content;
}

} // namespace remora
