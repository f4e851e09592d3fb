#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "script/files/data_root.hpp"
#include "script/files/file_quota.hpp"

namespace remora::script {

/// Where the scripts of a component (a worker, the hub, a run) keep their files: a folder in which each has
/// one of its own, by its title, and one quota for all. Scripting API §8.10. Any thread.
///
/// Nothing is made on the disk before a script uses file.* for the first time.
class file_store {
 public:
  struct options {
    std::string folder; ///< Need not be there; relative to the working directory of now. "": none.
    std::uint64_t quota_bytes = 2ULL << 30;
    std::string archive_prefix = "kubeshark";
    std::string help; ///< What to do when the folder cannot be used; for errors: "name another with ...".
  };

  /// Temporary files of a script that does not run are kept so long after their last use.
  static constexpr std::chrono::hours temporaries_kept{24};

  explicit file_store(options how);

  /// The first time: counts what is there, and removes what is temporary and old. open() does it too.
  void begin();

  /// Removes the temporary files and folders, of scripts that do not run, that were not used for
  /// temporaries_kept before `now`; counts first, when nobody has. @returns how many entries went.
  /// @param more Asked now and then; false ends both.
  std::uint64_t sweep(timestamp now, const go_on& more);

  /// From now on, for all scripts. A prefix that is none is passed over.
  void change(std::uint64_t quota_bytes, const std::string& archive_prefix);

  /// Makes the folder of a script, and what it is in. Errors: not_found when there is no place for files;
  /// those of the system.
  result<std::unique_ptr<data_root>> open(std::string_view title);
  /// Where that is: absolute; "" when there is no place for files.
  std::string folder_of(std::string_view title) const;

  std::string archive_prefix() const;
  const file_quota& quota() const noexcept { return *quota_; }

 private:
  /// The folders of scripts that are there.
  std::vector<std::string> folders() const;
  bool count_once(const go_on& more);
  std::uint64_t sweep_all(timestamp now, const go_on& more);

  const std::string folder_; ///< Absolute, or "".
  const std::string help_;
  const std::shared_ptr<file_quota> quota_;
  mutable std::mutex prefix_mutex_;
  std::string archive_prefix_;
  std::mutex counting_;
  bool counted_ = false;
};

/// The files of one script: its folder, opened when the script first asks for it. One thread at a time.
class own_files {
 public:
  own_files(std::shared_ptr<file_store> in, std::string title)
      : store_{std::move(in)}, title_{std::move(title)}, folder_{store_->folder_of(title_)} {}

  /// The folder, made when it is not there. Errors: as file_store::open(); the next call tries again.
  result<data_root*> root();

  /// Its absolute path, whether it is there yet or not; "" when there is no place for files.
  const std::string& folder() const noexcept { return folder_; }

  /// As data_root::allow_reading(); nothing is made by it.
  result<void> allow_reading(std::string_view folder);

 private:
  const std::shared_ptr<file_store> store_;
  const std::string title_;
  const std::string folder_;
  std::vector<std::string> readable_;
  std::unique_ptr<data_root> root_; ///< Null: not used yet.
};

} // namespace remora::script
