#include "tests/integration/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace remora::test {

namespace {

using clock = std::chrono::steady_clock;

void close_once(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_of(const std::map<std::string, std::string>& more) {
  std::vector<std::string> out;
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) out.push_back(std::string{name} + '=' + value);
  for (const auto& [name, value] : more)
    out.emplace_back(name).append("=").append(value);
  return out;
}

/// Appends what there is; closes at the end.
void take(int& fd, std::string& to) {
  std::array<char, 65536> piece{};
  const ssize_t got = ::read(fd, piece.data(), piece.size());
  if (got > 0) {
    to.append(piece.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    close_once(fd);
  }
}

} // namespace

process::process(const std::vector<std::string>& command,
                 const std::map<std::string, std::string>& environment) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0 ||
      ::pipe2(err.data(), O_CLOEXEC) != 0)
    std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  auto arguments = command;
  auto variables = environment_of(environment);
  const int failed = ::posix_spawnp(&id_, command.front().c_str(), &actions, &attributes,
                                    pointers(arguments).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  for (int fd : {in[0], out[1], err[1]})
    ::close(fd);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
  if (failed == 0) return;
  id_ = -1;
  ADD_FAILURE() << command.front() << " cannot be started: error " << failed;
}

process::~process() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  close_once(in_);
  close_once(out_);
  close_once(err_);
}

void process::send(int signal) const {
  if (id_ > 0) ::kill(id_, signal);
}

bool process::is_alive() const {
  siginfo_t ended{};
  return id_ > 0 && ::waitid(P_PID, static_cast<id_t>(id_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0;
}

void process::write_input(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(in_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      ADD_FAILURE() << "the process does not read its input";
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
}

void process::close_input() { close_once(in_); }
void process::close_out() { close_once(out_); }

bool process::prints(std::string_view text, std::chrono::milliseconds limit) {
  return read_until(result_.out, text, limit);
}

bool process::complains(std::string_view text, std::chrono::milliseconds limit) {
  return read_until(result_.err, text, limit);
}

bool process::read_until(const std::string& in, std::string_view text, std::chrono::milliseconds limit) {
  const auto deadline = clock::now() + limit;
  while (in.find(text) == std::string::npos)
    if (!read_some(deadline)) return false;
  return true;
}

bool process::read_some(clock::time_point deadline) {
  if (out_ < 0 && err_ < 0) return false;
  std::array<pollfd, 2> ready{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}}; // poll skips negative descriptors
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock::now()).count();
  if (left <= 0 || ::poll(ready.data(), ready.size(), static_cast<int>(left)) <= 0) return false;
  if (ready[0].revents != 0) take(out_, result_.out);
  if (ready[1].revents != 0) take(err_, result_.err);
  return true;
}

finished process::wait() {
  close_input();
  const auto deadline = clock::now() + patience;
  while (read_some(deadline)) {
  }
  if (out_ < 0 && err_ < 0 && id_ > 0) { // both ends are closed: it has ended or is about to
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    result_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  if (result_.status == -1) ADD_FAILURE() << "the process has not ended in time; it said:\n" << result_.err;
  return result_;
}

} // namespace remora::test
