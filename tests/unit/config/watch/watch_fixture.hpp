#pragma once

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/watch/file_watch.hpp"

namespace remora::config {

namespace fs = std::filesystem;

/// A folder that is there for one test, with what programs do to files.
class sandbox {
 public:
  sandbox() {
    std::string name = (fs::temp_directory_path() / "remora-watch-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~sandbox() { fs::remove_all(root_); }
  sandbox(const sandbox&) = delete;
  sandbox& operator=(const sandbox&) = delete;

  std::string path(const std::string& name) const { return (root_ / name).string(); }

  /// Opens, empties, writes, closes.
  void write(const std::string& name, const std::string& content = "x") const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream{root_ / name, std::ios::binary} << content;
  }
  std::string read(const std::string& name) const {
    std::ifstream in{root_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void folder(const std::string& name) const { fs::create_directories(root_ / name); }
  /// `target` is what the link says: relative to the link, or absolute.
  void link(const std::string& target, const std::string& name) const {
    fs::create_symlink(target, root_ / name);
  }
  void rename(const std::string& from, const std::string& to) const { fs::rename(root_ / from, root_ / to); }
  void remove(const std::string& name) const { fs::remove_all(root_ / name); }

 private:
  fs::path root_;
};

/// A watch whose clock stands still: nothing is noticed by looking, unless the test lets that much time pass.
class FileWatch : public testing::Test {
 protected:
  static watch_options with_clock(const steady_time& now) {
    watch_options options;
    options.clock = [&now] { return now; };
    return options;
  }

  /// Watches one path, and takes the report that comes with it.
  void watch(const std::string& name) {
    watch_.watch("it", {box_.path(name)});
    settle();
  }

  /// What is reported once nothing has happened for 200 ms.
  std::vector<std::string> settle() {
    EXPECT_THAT(watch_.changes(), testing::IsEmpty()) << "reported before the burst was over";
    pass(std::chrono::milliseconds{200});
    return watch_.changes();
  }
  bool noticed() { return !settle().empty(); }
  void pass(std::chrono::milliseconds time) { now_ += time; }

  sandbox box_;
  steady_time now_{std::chrono::hours{1}};
  file_watch watch_{with_clock(now_)};
};

} // namespace remora::config
