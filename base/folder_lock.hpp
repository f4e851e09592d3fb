#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"

namespace remora {

/// Holds a data folder for one process. The kernel gives the lock up when the process ends, however it ends:
/// a file that was left behind locks nobody out. Does not see processes on other machines that mount the
/// folder over a network.
class folder_lock {
 public:
  /// Takes the lock, the file `remora-PROGRAM.lock` in `folder`, and writes into it who holds it. Hub and
  /// worker may share a folder. @param program "hub" or "worker". Errors: store_in_use with the holder's
  /// process number, host and since when; permission_denied, not_found, io_failed.
  static result<folder_lock> take(const std::string& folder, std::string_view program);

 private:
  explicit folder_lock(file_descriptor held) noexcept : held_{std::move(held)} {}
  file_descriptor held_;
};

} // namespace remora
