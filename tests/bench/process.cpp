#include "tests/bench/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "base/file_descriptor.hpp"

// POSIX asks programs to declare it themselves.
extern char** environ; // NOLINT(readability-redundant-declaration): glibc declares it only with extensions

namespace remora::bench {

namespace {

using steady = std::chrono::steady_clock;
constexpr std::size_t kept_bytes = std::size_t{64} << 10;

struct pipe_ends {
  file_descriptor read;
  file_descriptor write;
};

result<pipe_ends> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(errc::io_failed, "no pipe to be had: " + errno_text(errno));
  return pipe_ends{file_descriptor{ends[0]}, file_descriptor{ends[1]}};
}

/// What the child's standard streams become; freed on every path.
class stream_plan {
 public:
  stream_plan(const pipe_ends& out, const pipe_ends& err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.write.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.write.number(), STDERR_FILENO);
  }
  stream_plan(const stream_plan&) = delete;
  stream_plan& operator=(const stream_plan&) = delete;
  ~stream_plan() { posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// Reads what there is; false at the end of the stream. What passes the limit is read and thrown away, so
/// that the child never waits for us.
bool take(const file_descriptor& from, std::string& text) {
  std::array<char, 4096> block;
  const ssize_t count = ::read(from.number(), block.data(), block.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  const std::size_t room = kept_bytes - std::min(kept_bytes, text.size());
  text.append(block.data(), std::min(room, static_cast<std::size_t>(count)));
  return count > 0;
}

/// Collects both streams until the child closed them or the deadline has passed.
/// @returns false at the deadline.
bool collect(file_descriptor& out, file_descriptor& err, run_outcome& outcome, steady::time_point deadline) {
  while (out.number() >= 0 || err.number() >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady::now()).count();
    if (left <= 0) return false;
    pollfd waiting[2] = {{out.number(), POLLIN, 0}, {err.number(), POLLIN, 0}}; // poll ignores number -1
    if (::poll(waiting, 2, static_cast<int>(std::min<long long>(left, 1'000))) <= 0) continue;
    if (waiting[0].revents != 0 && !take(out, outcome.out)) out.close();
    if (waiting[1].revents != 0 && !take(err, outcome.err)) err.close();
  }
  return true;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

result<run_outcome> run_process(const std::vector<std::string>& command, std::chrono::seconds limit) {
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out) return pass_on(std::move(out));
  if (!err) return pass_on(std::move(err));
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str())); // spawn does not write to them
  arguments.push_back(nullptr);

  run_outcome outcome;
  const stream_plan streams{*out, *err};
  pid_t child = 0;
  const steady::time_point start = steady::now();
  const int failure =
      ::posix_spawnp(&child, arguments.front(), streams.actions(), nullptr, arguments.data(), environ);
  if (failure != 0) {
    return fail(failure == ENOENT ? errc::not_found : errc::io_failed,
                command.front() + ": cannot be started: " + errno_text(failure));
  }
  out->write.close();
  err->write.close();
  if (!collect(out->read, err->read, outcome, start + limit)) {
    outcome.timed_out = true;
    ::kill(child, SIGKILL);
  }
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0)
    if (errno != EINTR) return fail(errc::io_failed, command.front() + ": lost: " + errno_text(errno));
  outcome.wall_s = std::chrono::duration<double>(steady::now() - start).count();
  outcome.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  outcome.peak_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1'024;
  outcome.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

bool is_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): no other thread
  std::istringstream folders{path == nullptr ? "" : path};
  for (std::string place; std::getline(folders, place, ':');) {
    place.append("/").append(name);
    if (::access(place.c_str(), X_OK) == 0) return true;
  }
  return false;
}

} // namespace remora::bench
