#include "config/files.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "config/tree.hpp"
#include "config/yaml_reader.hpp"

namespace remora::config {

namespace {

constexpr std::size_t shown_path_bytes = 512;

tl::unexpected<error> cannot_read(const std::string& path, int error_number) {
  return fail(errno_code(error_number),
              "cannot read the file " + in_ticks(path, shown_path_bytes) + ": " + errno_text(error_number));
}

result<std::string> read_all(const file_descriptor& file, const std::string& path) {
  std::string content;
  std::array<char, 16'384> buffer{};
  for (;;) {
    const ssize_t n = ::read(file.number(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot_read(path, errno);
    if (n == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(n));
    if (content.size() > yaml_limits::bytes)
      return fail(errc::invalid_config,
                  "the file " + in_ticks(path, shown_path_bytes) + " is larger than 1 MiB");
  }
}

result<std::string> read_file(const std::string& path, bool regular_only) {
  if (path.find('\0') != std::string::npos) return cannot_read(path, ENOENT);
  // Without O_NONBLOCK the open itself would wait for the writer of a pipe.
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | (regular_only ? O_NONBLOCK : 0))};
  if (!file) return cannot_read(path, errno);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return cannot_read(path, errno);
  if (S_ISDIR(facts.st_mode))
    return fail(errc::invalid_config, in_ticks(path, shown_path_bytes) + " is a folder; name the file in it");
  if (regular_only && !S_ISREG(facts.st_mode))
    return fail(errc::invalid_config, in_ticks(path, shown_path_bytes) + " is not a regular file");
  return read_all(file, path);
}

} // namespace

result<std::string> read_config_file(const std::string& path) { return read_file(path, false); }

result<std::string> read_value_file(const std::string& path) { return read_file(path, true); }

} // namespace remora::config
