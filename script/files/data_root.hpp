#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "script/files/file_quota.hpp"
#include "script/files/folder.hpp"
#include "script/files/inner_path.hpp"

namespace remora::script {

/// The folder of one script, and what file.* does in it: scripting API §8.10.
///
/// Nothing outside is changed, and only what allow_reading() names is read: a path may not lead out, and
/// symbolic links are not followed, on any part of a path, even when somebody makes one while a function
/// runs. Errors have the path as the script gave it in front. One thread at a time; several objects may share
/// a folder.
class data_root {
 public:
  /// Makes the folder when it is not there; the one it is in must be.
  /// @param path Absolute. Scripts may put it in front of paths.
  /// @param archive_prefix How the names of archives begin; scripting.archivePrefix.
  static result<std::unique_ptr<data_root>> open(const std::string& path, std::shared_ptr<file_quota> quota,
                                                 std::string archive_prefix = "kubeshark");

  /// Absolute, without a slash at its end.
  const std::string& path() const noexcept { return path_; }

  /// Lets copy() and pack() read from this folder too, by absolute paths; nothing else may be done there.
  /// It is looked for when it is used. Errors: invalid_usage, for what is no plain absolute path.
  result<void> allow_reading(std::string_view folder);

  /// For the archives to come: is_archive_prefix().
  void set_archive_prefix(std::string prefix) { archive_prefix_ = std::move(prefix); }

  /// Creates or replaces a file, at once: nobody sees half of it.
  result<void> write(std::string_view path, std::string_view content);
  result<void> append(std::string_view path, std::string_view content);
  /// `to` may be a folder: into it, then.
  result<void> move(std::string_view from, std::string_view to, const go_on& more);
  /// A file, not a folder.
  result<void> copy(std::string_view from, std::string_view to, const go_on& more);
  /// A file, or a folder with all that is in it; a symbolic link itself. It need not be there.
  result<void> remove(std::string_view path, const go_on& more);
  result<void> make_folder(std::string_view path);
  /// @returns the path of the new folder.
  result<std::string> make_temporary_folder(std::string_view name, std::string_view in);
  /// @param extension With or without its dot. @returns the path of the new file.
  result<std::string> make_temporary_file(std::string_view name, std::string_view in,
                                          std::string_view extension);
  /// Packs what is in a folder into an archive in the root. What is neither file nor folder is left out.
  /// @returns the name of the archive.
  result<std::string> pack(std::string_view folder, std::int64_t unix_seconds, const go_on& more);

 private:
  /// A folder that is there, and the name of something in it.
  struct spot {
    file_descriptor folder;
    std::string name;
    std::size_t level; ///< How many folders it is below the root.
  };
  /// A folder to begin in, and the way from there.
  struct place {
    file_descriptor folder;
    inner_path way;
  };

  data_root(std::string path, file_descriptor folder, std::shared_ptr<file_quota> quota, std::string prefix)
      : path_{std::move(path)},
        folder_{std::move(folder)},
        quota_{std::move(quota)},
        archive_prefix_{std::move(prefix)} {}

  result<inner_path> own_path(std::string_view given) const;
  result<place> readable_place(std::string_view given) const;
  result<spot> spot_of(const inner_path& path) const;
  static result<spot> spot_in(int base, const inner_path& path);
  result<spot> target_of(std::string_view to, const std::string& source_name) const;
  result<void> fits_below(const spot& from, const spot& to, const go_on& more) const;
  result<void> rename(const spot& from, const spot& to, const go_on& more);
  result<void> copy_bytes(const spot& from, const spot& to, const go_on& more);
  result<void> add_all(class archive& to, int folder, int archive_file, const go_on& more) const;
  result<new_file> new_archive(std::int64_t unix_seconds, std::string& name);
  std::string shown(const inner_path& folder, const std::string& name) const;

  std::string path_;
  file_descriptor folder_;
  std::shared_ptr<file_quota> quota_;
  std::string archive_prefix_;
  std::vector<std::string> readable_; ///< Absolute, without a slash at the end.
};

/// The path as data_root::allow_reading() takes it, without a slash at its end. Errors: invalid_usage.
result<std::string> readable_folder(std::string_view path);

/// Whether archives may be called that: the beginning of a name, and no path.
bool is_archive_prefix(std::string_view text) noexcept;

/// What is below a folder, as a quota counts it. Errors: not_found, io_failed, also when `more` says no.
result<std::uint64_t> bytes_below(const std::string& path, const go_on& more);

} // namespace remora::script
