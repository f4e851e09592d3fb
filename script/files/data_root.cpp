#include "script/files/data_root.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "script/files/path_error.hpp"

namespace remora::script {

namespace {

bool is_folder(int parent, const std::string& name) {
  const auto entry = look_at(parent, name);
  return entry && S_ISDIR(entry->st_mode);
}

} // namespace

result<std::unique_ptr<data_root>> data_root::open(const std::string& path, std::shared_ptr<file_quota> quota,
                                                   std::string archive_prefix) {
  std::string clean = path;
  while (clean.size() > 1 && clean.back() == '/')
    clean.pop_back();
  if (::mkdir(clean.c_str(), script_folder_mode) != 0 && errno != EEXIST)
    return about(path, system_failure(errno));
  file_descriptor folder{::open(clean.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder) return about(path, system_failure(errno));
  // For as long as the root is open: see remove_old_temporaries(). Not every file system can.
  static_cast<void>(::flock(folder.number(), LOCK_SH));
  return std::unique_ptr<data_root>{
      new data_root{std::move(clean), std::move(folder), std::move(quota), std::move(archive_prefix)}};
}

// ------------------------------------------------------------------------------------------- paths

result<std::string> readable_folder(std::string_view path) {
  std::string clean{path};
  while (clean.size() > 1 && clean.back() == '/')
    clean.pop_back();
  const std::string ended = clean + '/';
  const bool plain = clean.size() > 1 && clean.front() == '/' && clean.find('\0') == std::string::npos &&
                     ended.find("/./") == std::string::npos && ended.find("/../") == std::string::npos;
  if (!plain) return about(path, {errc::invalid_usage, "is no absolute path of a folder"});
  return clean;
}

result<void> data_root::allow_reading(std::string_view folder) {
  auto clean = readable_folder(folder);
  if (!clean) return pass_on(std::move(clean));
  readable_.push_back(std::move(*clean));
  return {};
}

/// A path that is to be changed.
result<inner_path> data_root::own_path(std::string_view given) const {
  auto way = read_inner_path(given, path_);
  if (way) return way;
  for (const std::string& folder : readable_)
    if (read_inner_path(given, folder)) return about(given, {errc::invalid_usage, "may only be read"});
  return way;
}

/// A path that is only read.
result<data_root::place> data_root::readable_place(std::string_view given) const {
  auto own = read_inner_path(given, path_);
  if (own) {
    auto folder = open_folder(folder_.number(), ".");
    if (!folder) return about(given, std::move(folder).error());
    return place{std::move(*folder), std::move(*own)};
  }
  for (const std::string& folder : readable_) {
    auto inside = read_inner_path(given, folder);
    if (!inside) continue;
    file_descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened) return about(given, system_failure(errno));
    return place{std::move(opened), std::move(*inside)};
  }
  return pass_on(std::move(own));
}

result<data_root::spot> data_root::spot_of(const inner_path& path) const {
  return spot_in(folder_.number(), path);
}

result<data_root::spot> data_root::spot_in(int base, const inner_path& path) {
  if (path.parts.empty()) return fail(errc::invalid_usage, "this is the folder itself");
  std::vector<std::string> way = path.parts;
  std::string name = std::move(way.back());
  way.pop_back();
  auto folder = open_folder(base, way);
  if (!folder) return pass_on(std::move(folder));
  return spot{std::move(*folder), std::move(name), way.size()};
}

/// Where move() and copy() put something: `to`, or a place of the same name in the folder `to`.
result<data_root::spot> data_root::target_of(std::string_view to, const std::string& source_name) const {
  auto path = own_path(to);
  if (!path) return pass_on(std::move(path));
  bool into = path->parts.empty() || path->ends_in_slash;
  if (!into) {
    auto there = spot_of(*path);
    if (!there) return about(to, std::move(there).error());
    into = is_folder(there->folder.number(), there->name);
    if (!into) return there;
  }
  if (path->parts.size() == max_folder_levels) return about(to, {errc::invalid_usage, "is too deep"});
  path->parts.push_back(source_name);
  auto inside = spot_of(*path);
  if (!inside) return about(to, std::move(inside).error());
  return inside;
}

/// A path for the script to something in a folder that it named.
std::string data_root::shown(const inner_path& folder, const std::string& name) const {
  const std::string front = folder.absolute ? path_ + '/' : "";
  return front + (folder.parts.empty() ? name : folder.text() + '/' + name);
}

// ----------------------------------------------------------------------------------------- content

result<void> data_root::write(std::string_view path, std::string_view content) {
  auto way = own_path(path);
  if (!way) return pass_on(std::move(way));
  auto at = spot_of(*way);
  if (!at) return about(path, std::move(at).error());
  if (way->ends_in_slash) return about(path, system_failure(EISDIR));
  auto made = new_file::create_unnamed(at->folder, quota_);
  if (!made) return about(path, std::move(made).error());
  if (auto done = made->write(content); !done) return about(path, std::move(done));
  return about(path, made->replace(at->name));
}

result<void> data_root::append(std::string_view path, std::string_view content) {
  auto way = own_path(path);
  if (!way) return pass_on(std::move(way));
  auto at = spot_of(*way);
  if (!at) return about(path, std::move(at).error());
  if (way->ends_in_slash) return about(path, system_failure(EISDIR));
  constexpr int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const file_descriptor file{::openat(at->folder.number(), at->name.c_str(), flags)};
  struct stat before;
  if (!file || ::fstat(file.number(), &before) != 0) {
    if (errno != ENOENT) return about(path, system_failure(errno));
    auto made = new_file::create(at->folder, at->name, quota_);
    if (!made) return about(path, std::move(made).error());
    if (auto done = made->write(content); !done) return about(path, std::move(done));
    made->keep();
    return {};
  }
  if (!S_ISREG(before.st_mode)) return about(path, {errc::io_failed, "this is no regular file"});
  if (!quota_->take(content.size())) return about(path, no_room(*quota_));
  auto done = write_all(file.number(), content);
  if (!done) {
    // As if nothing had been written, where the system lets us.
    if (::ftruncate(file.number(), before.st_size) == 0) quota_->give_back(content.size());
    return about(path, std::move(done));
  }
  return {};
}

// ----------------------------------------------------------------------------------- move and copy

/// A folder that is moved must not take its folders deeper than folders may be.
result<void> data_root::fits_below(const spot& from, const spot& to, const go_on& more) const {
  auto moved = open_folder(from.folder.number(), from.name);
  if (!moved) return pass_on(std::move(moved));
  std::size_t deepest = 0;
  const auto measure = [&](int, const std::vector<std::string>& way, const struct stat&) -> result<void> {
    deepest = std::max(deepest, way.size());
    return {};
  };
  if (auto done = walk(moved->number(), measure, more); !done) return done;
  if (to.level + 1 + deepest <= max_folder_levels) return {};
  return fail(errc::invalid_usage, "folders would be nested too deeply");
}

result<void> data_root::rename(const spot& from, const spot& to, const go_on& more) {
  const auto source = look_at(from.folder.number(), from.name);
  if (!source) return tl::unexpected<error>{source.error()};
  if (S_ISLNK(source->st_mode)) return system_failure(ELOOP);
  if (S_ISDIR(source->st_mode)) {
    if (auto done = fits_below(from, to, more); !done) return done;
  } else if (!S_ISREG(source->st_mode)) {
    return fail(errc::io_failed, "this is no regular file");
  }
  const auto replaced = look_at(to.folder.number(), to.name);
  if (replaced && S_ISLNK(replaced->st_mode)) return system_failure(ELOOP);
  if (::renameat(from.folder.number(), from.name.c_str(), to.folder.number(), to.name.c_str()) != 0)
    return system_failure(errno);
  const bool same = replaced && replaced->st_ino == source->st_ino && replaced->st_dev == source->st_dev;
  if (replaced && !same) quota_->give_back(cost_of(*replaced));
  return {};
}

result<void> data_root::move(std::string_view from, std::string_view to, const go_on& more) {
  auto way = own_path(from);
  if (!way) return pass_on(std::move(way));
  auto source = spot_of(*way);
  if (!source) return about(from, std::move(source).error());
  if (const auto there = look_at(source->folder.number(), source->name); !there)
    return about(from, there.error());
  auto target = target_of(to, source->name);
  if (!target) return pass_on(std::move(target));
  return about(from, rename(*source, *target, more));
}

result<void> data_root::copy_bytes(const spot& from, const spot& to, const go_on& more) {
  const auto source = open_to_read(from.folder.number(), from.name);
  if (!source) return tl::unexpected<error>{source.error()};
  auto made = new_file::create_unnamed(to.folder, quota_);
  if (!made) return pass_on(std::move(made));
  std::vector<char> chunk(std::size_t{64} << 10);
  for (;;) {
    if (!more()) return fail(errc::io_failed, "there is no time left for the rest");
    const auto got = read_some(source->number(), chunk.data(), chunk.size());
    if (!got) return tl::unexpected<error>{got.error()};
    if (*got == 0) return made->replace(to.name);
    if (auto done = made->write({chunk.data(), *got}); !done) return done;
  }
}

result<void> data_root::copy(std::string_view from, std::string_view to, const go_on& more) {
  auto in = readable_place(from);
  if (!in) return pass_on(std::move(in));
  auto source = spot_in(in->folder.number(), in->way);
  if (!source) return about(from, std::move(source).error());
  if (const auto there = look_at(source->folder.number(), source->name); !there)
    return about(from, there.error());
  auto target = target_of(to, source->name);
  if (!target) return pass_on(std::move(target));
  return about(from, copy_bytes(*source, *target, more));
}

// ----------------------------------------------------------------------------- folders and removal

result<void> data_root::remove(std::string_view path, const go_on& more) {
  auto way = own_path(path);
  if (!way) return pass_on(std::move(way));
  auto at = spot_of(*way);
  if (!at && at.error() == errc::not_found) return {};
  if (!at) return about(path, std::move(at).error());
  const auto entry = look_at(at->folder.number(), at->name);
  if (!entry && entry.error() == errc::not_found) return {};
  if (!entry) return about(path, entry.error());
  const bool folder = S_ISDIR(entry->st_mode);
  if (folder) {
    auto opened = open_folder(at->folder.number(), at->name);
    if (!opened) return about(path, std::move(opened).error());
    if (auto done = empty_folder(opened->number(), *quota_, more); !done) return about(path, std::move(done));
  }
  if (::unlinkat(at->folder.number(), at->name.c_str(), folder ? AT_REMOVEDIR : 0) == 0) {
    quota_->give_back(cost_of(*entry));
  } else if (errno != ENOENT) {
    return about(path, system_failure(errno));
  }
  return {};
}

result<void> data_root::make_folder(std::string_view path) {
  auto way = own_path(path);
  if (!way) return pass_on(std::move(way));
  auto at = open_folder(folder_.number(), ".");
  for (std::size_t i = 0; at && i < way->parts.size(); ++i) {
    const std::string& name = way->parts[i];
    auto next = open_folder(at->number(), name);
    if (!next && next.error() == errc::not_found) {
      auto made = make_folder_in(at->number(), name, *quota_);
      if (!made && !(made.error() == errc::conflict)) return about(path, std::move(made));
      next = open_folder(at->number(), name);
    }
    at = std::move(next);
  }
  return at ? result<void>{} : about(path, std::move(at).error());
}

result<std::uint64_t> bytes_below(const std::string& path, const go_on& more) {
  const file_descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder) return about(path, system_failure(errno));
  std::uint64_t bytes = 0;
  const auto add = [&](int, const std::vector<std::string>&, const struct stat& entry) -> result<void> {
    bytes += cost_of(entry);
    return {};
  };
  if (auto done = walk(folder.number(), add, more); !done) return about(path, std::move(done).error());
  return bytes;
}

} // namespace remora::script
