#include "config/watch/tracer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <sys/vfs.h>
#include <system_error>

#include "base/error.hpp"

namespace remora::config {

namespace {

constexpr int no_watch = -1;

/// File systems on which others write without this kernel's knowledge. The numbers are those of statfs(2).
bool is_shared_with_others(const std::string& folder) {
  constexpr std::array<std::uint32_t, 8> kinds{
      0x6969,     // NFS
      0x517b,     // SMB
      0xff534d42, // CIFS
      0xfe534d42, // SMB 2
      0x65735546, // FUSE, virtiofs
      0x01021997, // 9P
      0x00c36400, // Ceph
      0x5346414f, // AFS
  };
  struct statfs facts {};
  if (::statfs(folder.c_str(), &facts) != 0) return false;
  return std::find(kinds.begin(), kinds.end(), static_cast<std::uint32_t>(facts.f_type)) != kinds.end();
}

std::string advice(int error_number) {
  switch (error_number) {
    case ENOSPC:
      return "no watches left; raise the sysctl fs.inotify.max_user_watches";
    case EMFILE:
      return "no watcher to be had; raise the sysctl fs.inotify.max_user_instances or the limit of open "
             "files";
    case EACCES:
      return "changes in a folder are noticed only by who may read it";
    default:
      return "cannot be watched: " + errno_text(error_number);
  }
}

} // namespace

std::string absolute_path(const std::string& path) {
  std::error_code failed;
  auto absolute = std::filesystem::absolute(path, failed);
  return failed ? path : absolute.string();
}

tracer::tracer(const inotify& notices, std::function<bool(int)> is_affordable)
    : notices_{notices}, is_affordable_{std::move(is_affordable)} {}

void tracer::passes(const std::string& folder, std::string_view entry) {
  if (const int watch = watch_of(folder); watch != no_watch) found_.emplace(watch, entry);
}

void tracer::arrives_at_folder(const std::string& folder) { passes(folder, {}); }

void tracer::arrives_at_file(const std::string& file) {
  const auto watch = notices_.watch_file(file);
  if (watch) {
    if (keep(*watch, file) != no_watch) found_.emplace(*watch, std::string{});
  } else if (watch.error() != EACCES) {
    // A file that may not be read has nothing to tell, and its folder says when that changes.
    cannot_watch(file, watch.error());
  }
}

int tracer::watch_of(const std::string& folder) {
  const auto known = folders_.find(folder);
  if (known != folders_.end()) return known->second;
  if (is_shared_with_others(folder)) needs_polling_ = true;
  const auto watch = notices_.watch_folder(folder);
  if (!watch) cannot_watch(folder, watch.error());
  return folders_[folder] = watch ? keep(*watch, folder) : no_watch;
}

int tracer::keep(int watch, const std::string& path) {
  const bool is_known =
      found_.lower_bound({watch, {}}) != found_.end() && found_.lower_bound({watch, {}})->first == watch;
  if (is_known || is_affordable_(watch)) return watch;
  notices_.forget(watch);
  cannot_watch(path, ENOSPC);
  return no_watch;
}

void tracer::cannot_watch(const std::string& path, int error_number) {
  // What is gone by now makes a notice in the folder above, which is watched since before.
  if (error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP) return;
  needs_polling_ = true;
  if (complaint_.empty()) {
    complaint_ = advice(error_number);
    failed_at_ = path;
  }
}

} // namespace remora::config
