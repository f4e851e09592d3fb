#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"

namespace remora::traffic {

/// What a store asks of the file system; tests pass one that fails. read() may be called by several threads
/// at once, and beside one call of the others.
class store_disk {
 public:
  struct file_entry {
    std::string name;
    std::uint64_t bytes = 0;
  };

  store_disk() = default;
  store_disk(const store_disk&) = delete;
  store_disk& operator=(const store_disk&) = delete;
  virtual ~store_disk() = default;

  /// The regular files of a folder, in no order. Errors: not_found, permission_denied, io_failed.
  virtual result<std::vector<file_entry>> list(const std::string& folder) = 0;
  /// Up to `most` bytes from an offset on; fewer when the file ends before.
  /// Errors: not_found, permission_denied, io_failed.
  virtual result<std::string> read(const std::string& path, std::uint64_t from, std::size_t most) const = 0;
  /// Writes all of `bytes` at an offset; makes the file. When it fails a part may have been written.
  /// Errors: store_full (disk or quota), permission_denied, io_failed.
  virtual result<void> write(const std::string& path, std::uint64_t offset, std::string_view bytes) = 0;
  /// Cuts a file. Errors: not_found, permission_denied, io_failed.
  virtual result<void> cut(const std::string& path, std::uint64_t bytes) = 0;
  /// Deletes a file; it is no error when it is gone already. Errors: permission_denied, io_failed.
  virtual result<void> remove(const std::string& path) = 0;
  /// Makes what was written to a file last survive a power cut. Errors: io_failed.
  virtual result<void> sync() = 0;
};

/// How much of a file system is left to others: job runs are written there too.
struct disk_reserve {
  unsigned percent = 5;
  byte_size most = gib(1);
};

/// The real one. Keeps the file open that was written last. A write that would take of the reserve is refused
/// as store_full.
std::unique_ptr<store_disk> make_store_disk(disk_reserve reserve = {});

} // namespace remora::traffic
