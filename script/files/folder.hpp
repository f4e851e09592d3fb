#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "script/files/file_quota.hpp"

/// Folders and files by descriptor and single name, so that no symbolic link is ever followed, whoever makes
/// one and whenever. Errors name nothing: the caller knows what the script said.
namespace remora::script {

/// Asked now and then by what may take long; false ends it.
using go_on = std::function<bool()>;

/// The error of a system call.
tl::unexpected<error> system_failure(int error_number);

/// The folder of that name. Errors: not_found, io_failed (for a symbolic link too).
result<file_descriptor> open_folder(int parent, const std::string& name);
/// The folder at the end of the way.
result<file_descriptor> open_folder(int root, const std::vector<std::string>& way);

constexpr mode_t script_folder_mode = 0750;

/// Makes a folder, and takes it from the quota. Errors: as system_failure(), store_full.
result<void> make_folder_in(int parent, const std::string& name, file_quota& quota);

/// What the name stands for, itself and not what it points to. Errors: not_found, io_failed.
result<struct stat> look_at(int parent, const std::string& name);

/// A regular file for reading; neither waits for a pipe nor opens a device.
result<file_descriptor> open_to_read(int parent, const std::string& name);

/// The names in a folder, sorted.
result<std::vector<std::string>> names_in(int folder);

/// Writes all of it.
result<void> write_all(int file, std::string_view bytes);
/// Reads until `size` bytes or the end.
result<std::size_t> read_some(int file, char* to, std::size_t size);

/// What an entry counts in the quota: for a folder without what is in it.
std::uint64_t cost_of(const struct stat& entry) noexcept;

/// Visits everything below a folder, each folder before what is in it. `visit` gets the folder that holds the
/// entry, the way to it, and what it is; symbolic links are visited, not followed. Errors: those of visit,
/// and io_failed for a tree deeper than max_folder_levels or when go_on() says no.
using visitor =
    std::function<result<void>(int parent, const std::vector<std::string>& way, const struct stat& entry)>;
result<void> walk(int folder, const visitor& visit, const go_on& more);

/// Removes everything below a folder and gives it back to the quota.
result<void> empty_folder(int folder, file_quota& quota, const go_on& more);

/// A new file that goes again unless keep() or replace() is called. What is written is taken from the quota.
class new_file {
 public:
  /// Errors: those of the system, EEXIST as conflict; store_full.
  static result<new_file> create(const file_descriptor& parent, const std::string& name,
                                 std::shared_ptr<file_quota> quota);
  /// With a random name, to become another one with replace(). is_unfinished_name() knows it.
  static result<new_file> create_unnamed(const file_descriptor& parent, std::shared_ptr<file_quota> quota);
  ~new_file();
  new_file(new_file&&) noexcept;
  new_file& operator=(new_file&&) = delete;
  new_file(const new_file&) = delete;

  /// Errors: store_full, io_failed.
  result<void> write(std::string_view bytes);
  void keep() noexcept { parent_ = -1; }
  /// Takes the place of the entry of that name in the same folder, if there is one; then it is kept.
  result<void> replace(const std::string& name);
  int number() const noexcept { return file_.number(); }

 private:
  new_file(int parent, std::string name, file_descriptor file, std::shared_ptr<file_quota> quota)
      : parent_{parent}, name_{std::move(name)}, file_{std::move(file)}, quota_{std::move(quota)} {}

  int parent_; ///< -1: kept.
  std::string name_;
  file_descriptor file_;
  std::shared_ptr<file_quota> quota_;
  std::uint64_t taken_ = file_quota::entry_bytes;
};

/// Whether create_unnamed() made the name: what a process leaves that was killed meanwhile.
bool is_unfinished_name(std::string_view name);

/// The quota is used up.
tl::unexpected<error> no_room(const file_quota& quota);

} // namespace remora::script
