#pragma once

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <system_error>

namespace remora::test {

/// A folder of its own that goes with its content.
class temporary_folder {
 public:
  temporary_folder() {
    std::string made = (std::filesystem::temp_directory_path() / "remora-link-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr) throw std::system_error{errno, std::generic_category(), "mkdtemp"};
    path_ = made;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

} // namespace remora::test
