#include "script/files/file_store.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "script/files/path_error.hpp"
#include "script/files/sweep.hpp"
#include "script/files/title_name.hpp"

namespace remora::script {

namespace {

std::string absolute(const std::string& folder) {
  if (folder.empty()) return {};
  std::error_code failed;
  std::string path = std::filesystem::absolute(folder, failed).lexically_normal().string();
  if (failed) return folder; // there is no working directory; opening it will say so
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

/// Makes a folder with those it is in. What is made on the way is for nobody else, as XDG wants it.
result<void> make_folders(const std::string& path) {
  constexpr mode_t private_mode = 0700;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    const bool last = end == std::string::npos;
    if (::mkdir(part.c_str(), last ? script_folder_mode : private_mode) != 0) {
      const int failed = errno;
      struct stat there;
      // Where something may be looked up but nothing made, the error is another one than EEXIST.
      const bool is_there = ::stat(part.c_str(), &there) == 0;
      if (!is_there || !S_ISDIR(there.st_mode))
        return about(part, system_failure(is_there ? ENOTDIR : failed));
    }
    if (last) return {};
  }
}

} // namespace

file_store::file_store(options how)
    : folder_{absolute(how.folder)},
      help_{std::move(how.help)},
      quota_{std::make_shared<file_quota>(how.quota_bytes)},
      archive_prefix_{std::move(how.archive_prefix)} {}

std::string file_store::folder_of(std::string_view title) const {
  return folder_.empty() ? std::string{} : folder_ + '/' + folder_name_of(title);
}

std::string file_store::archive_prefix() const {
  const std::lock_guard lock{prefix_mutex_};
  return archive_prefix_;
}

void file_store::change(std::uint64_t quota_bytes, const std::string& archive_prefix) {
  quota_->set_limit(quota_bytes);
  if (!is_archive_prefix(archive_prefix)) {
    log::warn("archive-prefix-refused", quoted(archive_prefix), " is no beginning of a file name");
    return;
  }
  const std::lock_guard lock{prefix_mutex_};
  archive_prefix_ = archive_prefix;
}

std::vector<std::string> file_store::folders() const {
  std::vector<std::string> all;
  if (folder_.empty()) return all;
  std::error_code failed;
  std::filesystem::directory_iterator next{folder_, failed};
  while (!failed && next != std::filesystem::directory_iterator{}) {
    std::error_code ignored;
    if (next->is_directory(ignored)) all.push_back(next->path().string());
    next.increment(failed);
  }
  return all;
}

/// A folder that cannot be looked through does not keep the scripts from theirs. @returns whether it was now.
bool file_store::count_once(const go_on& more) {
  const std::lock_guard lock{counting_};
  if (std::exchange(counted_, true)) return false;
  for (const std::string& folder : folders()) {
    const auto bytes = bytes_below(folder, more);
    if (bytes) {
      quota_->add_found(*bytes);
    } else {
      log::warn("script-files-not-counted", bytes.error().message);
    }
  }
  return true;
}

void file_store::begin() {
  const auto to_the_end = [] { return true; };
  if (count_once(to_the_end)) sweep_all(wall_now(), to_the_end);
}

std::uint64_t file_store::sweep(timestamp now, const go_on& more) {
  count_once(more); // what is not counted must not be given back
  return sweep_all(now, more);
}

std::uint64_t file_store::sweep_all(timestamp now, const go_on& more) {
  std::uint64_t removed = 0;
  for (const std::string& folder : folders()) {
    if (!more()) break;
    const auto done = remove_old_temporaries(folder, now - temporaries_kept, *quota_, more);
    if (done) {
      removed += *done;
    } else {
      log::warn("old-temporaries-stay", done.error().message);
    }
  }
  if (removed > 0) log::info("old-temporaries-removed", "entries=", removed);
  return removed;
}

result<std::unique_ptr<data_root>> file_store::open(std::string_view title) {
  const auto with_help = [&](error failed) {
    if (!help_.empty()) failed.message += "; " + help_;
    return tl::unexpected<error>{std::move(failed)};
  };
  if (folder_.empty()) return with_help({errc::not_found, "there is no folder for the files of scripts"});
  begin();
  if (auto made = make_folders(folder_); !made) return with_help(std::move(made).error());
  auto opened = data_root::open(folder_of(title), quota_, archive_prefix());
  if (!opened) return with_help(std::move(opened).error());
  return opened;
}

// --------------------------------------------------------------------------------------- own_files

result<data_root*> own_files::root() {
  if (!root_) {
    auto opened = store_->open(title_);
    if (!opened) return tl::unexpected<error>{std::move(opened).error()};
    root_ = std::move(*opened);
    for (const std::string& folder : readable_)
      static_cast<void>(root_->allow_reading(folder)); // was taken by a root like this before
  }
  root_->set_archive_prefix(store_->archive_prefix());
  return root_.get();
}

result<void> own_files::allow_reading(std::string_view folder) {
  auto clean = readable_folder(folder);
  if (!clean) return pass_on(std::move(clean));
  if (root_)
    if (auto done = root_->allow_reading(*clean); !done) return done;
  readable_.push_back(std::move(*clean));
  return {};
}

} // namespace remora::script
