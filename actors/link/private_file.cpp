#include "actors/link/private_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace remora::link {

namespace {

tl::unexpected<error> file_failure(const char* doing, const std::filesystem::path& file, int number) {
  return fail(errno_code(number),
              std::string{"cannot "} + doing + ' ' + file.string() + ": " + errno_text(number));
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

/// What was renamed or created is on disk only when its folder is.
void sync_folder_of(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const file_descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (opened) ::fsync(opened.number());
}

} // namespace

result<void> write_new_private_file(const std::filesystem::path& file, std::string_view content) {
  const file_descriptor made{
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!made && errno == EEXIST) {
    return fail(errc::io_failed, file.string() +
                                     " exists already and is not overwritten: remove it first, or choose "
                                     "another name");
  }
  if (!made) return file_failure("create", file, errno);
  if (!write_all(made.number(), content)) {
    const int number = errno;
    ::unlink(file.c_str()); // half a file would be in the way of the next attempt
    return file_failure("write", file, number);
  }
  sync_folder_of(file);
  return {};
}

result<void> replace_private_file(const std::filesystem::path& file, std::string_view content) {
  std::string temporary = file.string() + ".XXXXXX";
  file_descriptor made{::mkostemp(temporary.data(), O_CLOEXEC)}; // mode 0600
  if (!made) return file_failure("create a file beside", file, errno);
  int number = 0;
  if (!write_all(made.number(), content)) number = errno;
  made.close();
  if (number == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) number = errno;
  if (number != 0) {
    ::unlink(temporary.c_str());
    return file_failure("write", file, number);
  }
  sync_folder_of(file);
  return {};
}

result<std::string> read_private_file(const std::filesystem::path& file, std::size_t most) {
  const file_descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!opened) return file_failure("open", file, errno);
  struct stat about {};
  if (::fstat(opened.number(), &about) != 0) return file_failure("read", file, errno);
  if (!S_ISREG(about.st_mode)) return fail(errc::io_failed, file.string() + " is not a regular file");
  if ((about.st_mode & 077U) != 0) {
    return fail(errc::permission_denied,
                file.string() + " can be read or written by others: run `chmod 600 " + file.string() + "`");
  }
  std::string content;
  while (content.size() <= most) {
    constexpr std::size_t step = 65536;
    const auto before = content.size();
    content.resize(before + step);
    const auto got = ::read(opened.number(), content.data() + before, step);
    content.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_failure("read", file, errno);
    if (got == 0) return content;
  }
  return fail(errc::io_failed, file.string() + " is longer than " + std::to_string(most) + " bytes");
}

} // namespace remora::link
