#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/process.hpp"

namespace remora::test {

/// A daemon that is started and killed as often as a test likes. Its log is a file that nobody has to read
/// and that each life appends to.
class background {
 public:
  background(std::string log_file, std::vector<std::string> command,
             std::map<std::string, std::string> environment = {});

  /// Does not wait until it is ready: it may be killed while it starts.
  void start(const std::vector<std::string>& more = {});
  void send(int signal) const;
  /// Ends it with a signal and waits for it. @returns its status as a shell has it.
  int stop(int signal);
  bool is_alive() const { return process_ && process_->is_alive(); }
  /// 0 when it does not run.
  pid_t id() const { return process_ ? process_->id() : 0; }

  /// What it has written so far, in all its lives.
  std::string log() const;
  /// How often a text is in the log.
  std::size_t times_logged(const std::string& text) const;

 private:
  std::string log_file_;
  std::vector<std::string> command_;
  std::map<std::string, std::string> environment_;
  std::unique_ptr<process> process_;
};

} // namespace remora::test
