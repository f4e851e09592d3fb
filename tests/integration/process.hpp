#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace remora::test {

/// How a process ended.
struct finished {
  int status = -1; ///< As a shell has it: 128 + signal when a signal ended it; -1 when it took too long.
  std::string out;
  std::string err;
};

/// A child process. Whatever is waited for is waited for at most `patience`; a child that is still there
/// when the object goes is killed. Source: posix_spawn(3).
class process {
 public:
  static constexpr std::chrono::seconds patience{90};

  /// Starts a program by its path or through PATH. Signals have their default actions in it, and of our
  /// environment it has PATH and the options of sanitizers, and what `environment` adds.
  explicit process(const std::vector<std::string>& command,
                   const std::map<std::string, std::string>& environment = {});
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  pid_t id() const noexcept { return id_; }
  bool is_alive() const;
  void send(int signal) const;
  void write_input(std::string_view bytes) const;
  void close_input();
  /// From now on nobody reads its standard output.
  void close_out();

  /// Reads until the text has come. False when it does not come any more, or not within `limit`.
  bool prints(std::string_view text, std::chrono::milliseconds limit = patience);
  bool complains(std::string_view text, std::chrono::milliseconds limit = patience);
  /// What it has written to standard error, as far as it was read.
  const std::string& complaints() const { return result_.err; }

  /// Reads to the end of both outputs and waits for the end of the process.
  finished wait();

 private:
  bool read_until(const std::string& in, std::string_view text, std::chrono::milliseconds limit);
  /// Waits for output; false when there is none within the time, or never will be.
  bool read_some(std::chrono::steady_clock::time_point deadline);

  pid_t id_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  finished result_;
};

} // namespace remora::test
