#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::cli::test {

/// A file in memory that stands for standard output.
class memory_file {
 public:
  memory_file() : fd_{::memfd_create("output", MFD_CLOEXEC)} {}
  ~memory_file() { ::close(fd_); }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;

  int fd() const noexcept { return fd_; }
  std::string content() const {
    std::string all(static_cast<std::size_t>(::lseek(fd_, 0, SEEK_CUR)), '\0');
    const ssize_t got = ::pread(fd_, all.data(), all.size(), 0);
    EXPECT_EQ(got, static_cast<ssize_t>(all.size()));
    return all;
  }

 private:
  int fd_;
};

/// Runs commands against an engine that notes what it is asked for and answers what the test says.
class CliTest : public ::testing::Test {
 protected:
  CliTest() {
    where_.out = out_.fd();
    where_.err = err_.fd();
    where_.stop = &stop_;
    where_.scripts.run = [this](worker::run_options options, worker::record_sink& records,
                                const worker::stop_flag& stop) {
      asked_ = std::move(options);
      if (during_) during_(records, stop);
      return answer_;
    };
    where_.scripts.check_scripts = [](const worker::run_options& options) {
      std::vector<error> found;
      for (const script_source& script : options.scripts)
        if (script.code.find("WRONG") != std::string::npos)
          found.push_back({errc::invalid_script, script.file + ":1:4: SyntaxError: WRONG"});
      return found;
    };
  }

  int remora(const std::vector<std::string>& arguments) {
    ended_ = run_program(where_, arguments);
    return static_cast<int>(ended_.status);
  }
  std::string out() const { return out_.content(); }
  std::string err() const { return err_.content(); }

  remora::test::working_folder folder_;
  memory_file out_;
  memory_file err_;
  worker::stop_flag stop_{false};
  context where_;
  outcome ended_;
  tl::expected<worker::run_report, std::vector<error>> answer_;
  std::function<void(worker::record_sink&, const worker::stop_flag&)> during_;
  std::optional<worker::run_options> asked_;
};

} // namespace remora::cli::test
