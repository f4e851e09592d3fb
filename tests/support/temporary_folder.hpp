#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace remora::test {

/// A folder of its own that goes with its content.
class temporary_folder {
 public:
  temporary_folder() {
    std::string made = (std::filesystem::temp_directory_path() / "remora-test-XXXXXX").string();
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

/// The same, and the working directory for as long as it is there.
class working_folder {
 public:
  working_folder() : before_{std::filesystem::current_path()} {
    std::filesystem::current_path(folder_.path());
  }
  working_folder(const working_folder&) = delete;
  working_folder& operator=(const working_folder&) = delete;
  ~working_folder() { std::filesystem::current_path(before_); }

  /// Writes a file in the working directory, with the folders that lead to it.
  static void write(const std::string& name, const std::string& content) {
    const std::filesystem::path path{name};
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
  }

 private:
  temporary_folder folder_;
  std::filesystem::path before_;
};

} // namespace remora::test
