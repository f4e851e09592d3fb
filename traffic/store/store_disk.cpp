#include "traffic/store/store_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

#include "base/disk_io.hpp"
#include "base/file_descriptor.hpp"

namespace remora::traffic {

namespace {

namespace fs = std::filesystem;

class real_disk final : public store_disk {
 public:
  explicit real_disk(disk_reserve reserve) : reserve_{reserve} {}

  result<std::vector<file_entry>> list(const std::string& folder) override {
    std::vector<file_entry> found;
    std::error_code problem;
    for (fs::directory_iterator at{folder, problem}, end; !problem && at != end; at.increment(problem)) {
      std::error_code gone;
      if (!fs::is_regular_file(at->symlink_status(gone)) || gone) continue;
      const auto bytes = at->file_size(gone);
      if (!gone) found.push_back({at->path().filename().native(), bytes});
    }
    if (problem) return disk_failure("read", folder, problem.value());
    return found;
  }

  result<std::string> read(const std::string& path, std::uint64_t from, std::size_t most) const override {
    // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file) return disk_failure("open", path, errno);
    return read_at(file.number(), path, from, most);
  }

  result<void> write(const std::string& path, std::uint64_t offset, std::string_view bytes) override {
    if (path != open_path_ || !file_) {
      // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
      file_ = file_descriptor{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
      open_path_ = path;
      if (!file_) return disk_failure("open", path, errno);
    }
    if (auto fits = leaves_reserve(path, bytes.size()); !fits) return fits;
    for (std::size_t done = 0; done < bytes.size();) {
      const auto wrote =
          pwrite(file_.number(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return disk_failure("write to", path, wrote < 0 ? errno : ENOSPC);
      done += static_cast<std::size_t>(wrote);
    }
    return {};
  }

  result<void> cut(const std::string& path, std::uint64_t bytes) override {
    if (truncate(path.c_str(), static_cast<off_t>(bytes)) != 0) return disk_failure("cut", path, errno);
    return {};
  }

  result<void> remove(const std::string& path) override {
    if (path == open_path_) file_.close(); // or its space would not be free
    if (std::remove(path.c_str()) != 0 && errno != ENOENT) return disk_failure("delete", path, errno);
    return {};
  }

  result<void> sync() override {
    if (file_ && fdatasync(file_.number()) != 0) return disk_failure("make durable", open_path_, errno);
    return {};
  }

 private:
  /// What cannot be asked is no reason not to write.
  result<void> leaves_reserve(const std::string& path, std::uint64_t bytes) const {
    struct statvfs disk {};
    if (fstatvfs(file_.number(), &disk) != 0) return {};
    const std::uint64_t reserve =
        std::min(disk.f_blocks * disk.f_frsize / 100 * reserve_.percent, reserve_.most.bytes);
    if (disk.f_bavail * disk.f_frsize >= reserve + bytes) return {};
    return fail(errc::store_full, "cannot write to " + path + ": the last " + format_size({reserve}) +
                                      " of a disk are left to others; free space on it");
  }

  const disk_reserve reserve_;
  std::string open_path_;
  file_descriptor file_;
};

} // namespace

std::unique_ptr<store_disk> make_store_disk(disk_reserve reserve) {
  return std::make_unique<real_disk>(reserve);
}

} // namespace remora::traffic
