#include "script/files/folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/units.hpp"
#include "script/files/inner_path.hpp"
#include "script/files/temporary_name.hpp"

namespace remora::script {

namespace {

constexpr mode_t file_mode = 0640;
constexpr std::string_view unfinished = ".remora-";

struct close_folder {
  void operator()(DIR* open) const noexcept { ::closedir(open); }
};

/// One level of walk(); `way` is that of the folder.
result<void> walk_level(int folder, std::vector<std::string>& way, const visitor& visit, const go_on& more) {
  if (way.size() > max_folder_levels) return fail(errc::io_failed, "folders are nested too deeply");
  auto names = names_in(folder);
  if (!names) return pass_on(std::move(names));
  for (std::string& name : *names) {
    if (!more()) return fail(errc::io_failed, "there is no time left for the rest");
    const auto entry = look_at(folder, name);
    if (!entry) {
      if (entry.error() == errc::not_found) continue; // somebody else was faster
      return tl::unexpected<error>{entry.error()};
    }
    way.push_back(std::move(name));
    if (auto done = visit(folder, way, *entry); !done) return done;
    if (S_ISDIR(entry->st_mode)) {
      auto inner = open_folder(folder, way.back());
      if (!inner) return pass_on(std::move(inner));
      if (auto done = walk_level(inner->number(), way, visit, more); !done) return done;
    }
    way.pop_back();
  }
  return {};
}

result<void> empty_level(int folder, std::size_t level, file_quota& quota, const go_on& more) {
  if (level > max_folder_levels) return fail(errc::io_failed, "folders are nested too deeply");
  auto names = names_in(folder);
  if (!names) return pass_on(std::move(names));
  for (const std::string& name : *names) {
    if (!more()) return fail(errc::io_failed, "there is no time left for the rest");
    const auto entry = look_at(folder, name);
    if (!entry) {
      if (entry.error() == errc::not_found) continue;
      return tl::unexpected<error>{entry.error()};
    }
    const bool is_folder = S_ISDIR(entry->st_mode);
    if (is_folder) {
      auto inner = open_folder(folder, name);
      if (!inner) return pass_on(std::move(inner));
      if (auto done = empty_level(inner->number(), level + 1, quota, more); !done) return done;
    }
    if (::unlinkat(folder, name.c_str(), is_folder ? AT_REMOVEDIR : 0) == 0) {
      quota.give_back(cost_of(*entry));
    } else if (errno != ENOENT) {
      return system_failure(errno);
    }
  }
  return {};
}

} // namespace

tl::unexpected<error> system_failure(int error_number) {
  if (error_number == ELOOP) return fail(errc::io_failed, "symbolic links are not followed");
  const errc code = error_number == EEXIST ? errc::conflict : errno_code(error_number);
  return fail(code, errno_text(error_number));
}

tl::unexpected<error> no_room(const file_quota& quota) {
  return fail(errc::store_full, "the files of scripts would need more than " + format_size({quota.limit()}) +
                                    " (scripting.limits.fileQuota)");
}

result<file_descriptor> open_folder(int parent, const std::string& name) {
  // O_DIRECTORY hides that a symbolic link was met: ENOTDIR for both.
  file_descriptor opened{::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (opened) return opened;
  const int failed = errno;
  if (failed == ENOTDIR) {
    const auto entry = look_at(parent, name);
    if (entry && S_ISLNK(entry->st_mode)) return system_failure(ELOOP);
  }
  return system_failure(failed);
}

result<file_descriptor> open_folder(int root, const std::vector<std::string>& way) {
  auto at = open_folder(root, ".");
  for (std::size_t i = 0; at && i < way.size(); ++i)
    at = open_folder(at->number(), way[i]);
  return at;
}

result<struct stat> look_at(int parent, const std::string& name) {
  struct stat entry;
  if (::fstatat(parent, name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) != 0) return system_failure(errno);
  return entry;
}

result<file_descriptor> open_to_read(int parent, const std::string& name) {
  file_descriptor opened{::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat entry;
  if (!opened || ::fstat(opened.number(), &entry) != 0) return system_failure(errno);
  if (S_ISDIR(entry.st_mode)) return system_failure(EISDIR);
  if (!S_ISREG(entry.st_mode)) return fail(errc::io_failed, "this is no regular file");
  return opened;
}

result<std::vector<std::string>> names_in(int folder) {
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); // closedir() closes it
  if (again < 0) return system_failure(errno);
  const std::unique_ptr<DIR, close_folder> open{::fdopendir(again)};
  if (open == nullptr) {
    const int failed = errno;
    ::close(again);
    return system_failure(failed);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return system_failure(errno);
  std::sort(names.begin(), names.end());
  return names;
}

result<void> write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

result<std::size_t> read_some(int file, char* to, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t more = ::read(file, to + got, size - got);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return system_failure(errno);
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  return got;
}

std::uint64_t cost_of(const struct stat& entry) noexcept {
  const std::uint64_t bytes = S_ISREG(entry.st_mode) ? static_cast<std::uint64_t>(entry.st_size) : 0;
  return file_quota::entry_bytes + bytes;
}

result<void> walk(int folder, const visitor& visit, const go_on& more) {
  std::vector<std::string> way;
  return walk_level(folder, way, visit, more);
}

result<void> empty_folder(int folder, file_quota& quota, const go_on& more) {
  return empty_level(folder, 0, quota, more);
}

result<void> make_folder_in(int parent, const std::string& name, file_quota& quota) {
  if (!quota.take(file_quota::entry_bytes)) return no_room(quota);
  if (::mkdirat(parent, name.c_str(), script_folder_mode) == 0) return {};
  const int failed = errno;
  quota.give_back(file_quota::entry_bytes);
  return system_failure(failed);
}

bool is_unfinished_name(std::string_view name) {
  return name.substr(0, unfinished.size()) == unfinished && is_temporary_name(name);
}

// ---------------------------------------------------------------------------------------- new_file

result<new_file> new_file::create(const file_descriptor& parent, const std::string& name,
                                  std::shared_ptr<file_quota> quota) {
  if (!quota->take(file_quota::entry_bytes)) return no_room(*quota);
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file_descriptor made{::openat(parent.number(), name.c_str(), flags, file_mode)};
  if (!made) {
    const int failed = errno;
    quota->give_back(file_quota::entry_bytes);
    return system_failure(failed);
  }
  return new_file{parent.number(), name, std::move(made), std::move(quota)};
}

result<new_file> new_file::create_unnamed(const file_descriptor& parent, std::shared_ptr<file_quota> quota) {
  return create(parent, std::string{unfinished} + make_temporary_mark(), std::move(quota));
}

new_file::new_file(new_file&& other) noexcept
    : parent_{std::exchange(other.parent_, -1)},
      name_{std::move(other.name_)},
      file_{std::move(other.file_)},
      quota_{std::move(other.quota_)},
      taken_{other.taken_} {}

new_file::~new_file() {
  if (parent_ < 0) return;
  ::unlinkat(parent_, name_.c_str(), 0);
  quota_->give_back(taken_);
}

result<void> new_file::write(std::string_view bytes) {
  if (!quota_->take(bytes.size())) return no_room(*quota_);
  taken_ += bytes.size();
  return write_all(file_.number(), bytes);
}

result<void> new_file::replace(const std::string& name) {
  const auto before = look_at(parent_, name);
  if (before && !S_ISREG(before->st_mode)) {
    if (S_ISDIR(before->st_mode)) return system_failure(EISDIR);
    if (S_ISLNK(before->st_mode)) return system_failure(ELOOP);
    return fail(errc::io_failed, "this is no regular file");
  }
  if (::renameat(parent_, name_.c_str(), parent_, name.c_str()) != 0) return system_failure(errno);
  if (before) quota_->give_back(cost_of(*before));
  keep();
  return {};
}

} // namespace remora::script
