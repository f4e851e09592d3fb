#include "tests/integration/background.hpp"

#include <fstream>
#include <iterator>
#include <utility>

namespace remora::test {

background::background(std::string log_file, std::vector<std::string> command,
                       std::map<std::string, std::string> environment)
    : log_file_{std::move(log_file)}, command_{std::move(command)}, environment_{std::move(environment)} {}

void background::start(const std::vector<std::string>& more) {
  std::vector<std::string> all{"sh", "-c", R"(log=$1; shift; exec "$@" 2>>"$log")", "sh", log_file_};
  all.insert(all.end(), command_.begin(), command_.end());
  all.insert(all.end(), more.begin(), more.end());
  process_ = std::make_unique<process>(all, environment_);
}

void background::send(int signal) const {
  if (process_) process_->send(signal);
}

int background::stop(int signal) {
  if (!process_) return 0;
  process_->send(signal);
  const int status = process_->wait().status;
  process_.reset();
  return status;
}

std::string background::log() const {
  std::ifstream file{log_file_, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::size_t background::times_logged(const std::string& text) const {
  const auto all = log();
  std::size_t times = 0;
  for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + text.size()))
    ++times;
  return times;
}

} // namespace remora::test
