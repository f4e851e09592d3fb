#include "script/files/sweep.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "script/files/inner_path.hpp"
#include "script/files/path_error.hpp"
#include "script/files/temporary_name.hpp"

namespace remora::script {

namespace {

std::int64_t ns_of(const struct timespec& at) noexcept {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  return at.tv_sec * ns_per_s + at.tv_nsec;
}

/// Reading a folder, which we do ourselves, counts for nothing.
std::int64_t used_ns(const struct stat& entry) noexcept {
  const std::int64_t changed = std::max(ns_of(entry.st_mtim), ns_of(entry.st_ctim));
  return S_ISDIR(entry.st_mode) ? changed : std::max(changed, ns_of(entry.st_atim));
}

/// One sweep through the folder of a script.
class sweeper {
 public:
  sweeper(timestamp unused_since, file_quota& quota, const go_on& more)
      : unused_since_ns_{to_unix_ns(unused_since)}, quota_{quota}, more_{more} {}

  result<void> sweep(int folder, std::size_t level) {
    if (level > max_folder_levels) return fail(errc::io_failed, "folders are nested too deeply");
    auto names = names_in(folder);
    if (!names) return pass_on(std::move(names));
    for (const std::string& name : *names) {
      if (!more_()) return {};
      const auto entry = look_at(folder, name);
      if (!entry) continue; // somebody else was faster
      const bool is_folder = S_ISDIR(entry->st_mode);
      if (is_temporary_name(name)) {
        if (auto done = remove_if_old(folder, name, *entry); !done) return done;
      } else if (is_folder) {
        auto inner = open_folder(folder, name);
        if (!inner) return pass_on(std::move(inner));
        if (auto done = sweep(inner->number(), level + 1); !done) return done;
      }
    }
    return {};
  }

  std::uint64_t removed() const noexcept { return removed_; }

 private:
  result<void> remove_if_old(int parent, const std::string& name, const struct stat& entry) {
    const bool is_folder = S_ISDIR(entry.st_mode);
    std::int64_t used = used_ns(entry);
    if (is_folder && used < unused_since_ns_) {
      auto inner = open_folder(parent, name);
      if (!inner) return pass_on(std::move(inner));
      const auto newest = [&](int, const std::vector<std::string>&, const struct stat& in) -> result<void> {
        used = std::max(used, used_ns(in));
        return {};
      };
      if (auto done = walk(inner->number(), newest, more_); !done) return done;
      if (used < unused_since_ns_)
        if (auto done = empty_folder(inner->number(), quota_, more_); !done) return done;
    }
    if (used >= unused_since_ns_) return {};
    if (::unlinkat(parent, name.c_str(), is_folder ? AT_REMOVEDIR : 0) != 0)
      return errno == ENOENT ? result<void>{} : system_failure(errno);
    quota_.give_back(cost_of(entry));
    ++removed_;
    return {};
  }

  std::int64_t unused_since_ns_;
  file_quota& quota_;
  const go_on& more_;
  std::uint64_t removed_ = 0;
};

} // namespace

result<std::uint64_t> remove_old_temporaries(const std::string& path, timestamp unused_since,
                                             file_quota& quota, const go_on& more) {
  const file_descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder) return about(path, system_failure(errno));
  if (::flock(folder.number(), LOCK_EX | LOCK_NB) != 0) return std::uint64_t{0}; // somebody works there
  sweeper one{unused_since, quota, more};
  if (auto done = one.sweep(folder.number(), 0); !done) return about(path, std::move(done).error());
  return one.removed();
}

} // namespace remora::script
