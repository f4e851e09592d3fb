#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace remora::config {

/// A folder that is there for one test, and is the working directory while it runs.
class working_folder {
 public:
  working_folder() : before_{std::filesystem::current_path()} {
    std::string name = (std::filesystem::temp_directory_path() / "remora-scripts-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    std::filesystem::current_path(path_);
  }
  ~working_folder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  working_folder(const working_folder&) = delete;
  working_folder& operator=(const working_folder&) = delete;

  static void write(const std::string& name, const std::string& content) {
    const std::filesystem::path path{name};
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

} // namespace remora::config
