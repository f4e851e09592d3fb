#include "config/report.hpp"

#include <utility>

namespace remora::config {

void report::add(errc code, std::string message) {
  if (full() || !seen_.insert(message).second) return;
  if (errors_.size() == max_errors) message = "there are more errors; mend these first";
  errors_.push_back({code, std::move(message)});
}

void report::add(const origin& at, const std::string& message) {
  add(errc::invalid_config, to_string(at) + ": " + message);
}

void report::warn(const origin& at, const std::string& message) {
  std::string line = to_string(at) + ": " + message;
  if (warnings_.size() < max_errors && seen_.insert(line).second) warnings_.push_back(std::move(line));
}

} // namespace remora::config
