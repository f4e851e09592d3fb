#include <cerrno>
#include <sys/stat.h>
#include <utility>

#include "script/files/archive.hpp"
#include "script/files/data_root.hpp"
#include "script/files/path_error.hpp"
#include "script/files/temporary_name.hpp"

// What a script makes without saying its whole name: temporary files and folders, and archives.
namespace remora::script {

namespace {

/// How often a name is tried that somebody else may have.
constexpr int name_tries = 100;

/// A part of a name that a script gave for something temporary.
result<void> check_name(std::string_view name) {
  if (name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos) return {};
  return fail(errc::invalid_usage, "a name may have neither / nor NUL in it");
}

} // namespace

bool is_archive_prefix(std::string_view text) noexcept {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest && text.front() != '.' &&
         text.find('/') == std::string_view::npos && text.find('\0') == std::string_view::npos;
}

// --------------------------------------------------------------------------------------- temporary

result<std::string> data_root::make_temporary_folder(std::string_view name, std::string_view in) {
  if (auto done = check_name(name); !done) return about(name, std::move(done).error());
  auto way = own_path(in);
  if (!way) return pass_on(std::move(way));
  if (way->parts.size() == max_folder_levels) return about(in, {errc::invalid_usage, "is too deep"});
  auto folder = open_folder(folder_.number(), way->parts);
  if (!folder) return about(in, std::move(folder).error());
  for (int tries = 1;; ++tries) {
    const std::string own = std::string{name} + make_temporary_mark();
    auto made = make_folder_in(folder->number(), own, *quota_);
    if (made) return shown(*way, own);
    if (!(made.error() == errc::conflict) || tries == name_tries) return about(own, std::move(made).error());
  }
}

result<std::string> data_root::make_temporary_file(std::string_view name, std::string_view in,
                                                   std::string_view extension) {
  if (!extension.empty() && extension.front() == '.') extension.remove_prefix(1);
  for (const std::string_view part : {name, extension})
    if (auto done = check_name(part); !done) return about(part, std::move(done).error());
  auto way = own_path(in);
  if (!way) return pass_on(std::move(way));
  if (way->parts.size() == max_folder_levels) return about(in, {errc::invalid_usage, "is too deep"});
  auto folder = open_folder(folder_.number(), way->parts);
  if (!folder) return about(in, std::move(folder).error());
  for (int tries = 1;; ++tries) {
    std::string own = std::string{name} + make_temporary_mark() + '.';
    own += extension.empty() ? "txt" : extension;
    auto made = new_file::create(*folder, own, quota_);
    if (made) {
      made->keep();
      return shown(*way, own);
    }
    if (!(made.error() == errc::conflict) || tries == name_tries) return about(own, std::move(made).error());
  }
}

// ---------------------------------------------------------------------------------------- archives

result<new_file> data_root::new_archive(std::int64_t unix_seconds, std::string& name) {
  for (int tries = 1;; ++tries, ++unix_seconds) {
    name = archive_prefix_ + '_' + std::to_string(unix_seconds) + ".tar.gz";
    auto made = new_file::create(folder_, name, quota_);
    if (made || !(made.error() == errc::conflict) || tries == name_tries) return made;
  }
}

result<void> data_root::add_all(archive& to, int folder, int archive_file, const go_on& more) const {
  struct stat own;
  if (::fstat(archive_file, &own) != 0) return system_failure(errno);
  const auto add = [&](int parent, const std::vector<std::string>& way,
                       const struct stat& entry) -> result<void> {
    const std::string name = inner_path{way, false, false}.text();
    if (S_ISDIR(entry.st_mode)) return to.add_folder(name, entry);
    const bool itself = entry.st_ino == own.st_ino && entry.st_dev == own.st_dev;
    if (!S_ISREG(entry.st_mode) || itself) return {};
    const auto content = open_to_read(parent, way.back());
    if (!content) return tl::unexpected<error>{content.error()};
    return to.add_file(name, entry, content->number(), more);
  };
  return walk(folder, add, more);
}

result<std::string> data_root::pack(std::string_view folder, std::int64_t unix_seconds, const go_on& more) {
  const auto in = readable_place(folder);
  if (!in) return tl::unexpected<error>{in.error()};
  const auto packed = open_folder(in->folder.number(), in->way.parts);
  if (!packed) return about(folder, packed.error());
  std::string name;
  auto file = new_archive(unix_seconds, name);
  if (!file) return about(name, std::move(file).error());
  auto into = archive::begin(*file);
  if (!into) return about(name, std::move(into).error());
  auto done = add_all(*into, packed->number(), file->number(), more);
  if (done) done = into->finish();
  if (!done) return about(folder, std::move(done).error());
  file->keep();
  return name;
}

} // namespace remora::script
