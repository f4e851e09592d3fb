#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// Collects everything that is wrong, so that a person mends a file in one go. Each message once, and at most
/// `max_errors` of them.
class report {
 public:
  static constexpr std::size_t max_errors = 50;

  /// `at: message`. The message names keys, never the content of secrets.
  void add(const origin& at, const std::string& message);
  void add(errc code, std::string message);
  void warn(const origin& at, const std::string& message);

  /// True when nothing more is taken: composing a message would be wasted.
  bool full() const noexcept { return errors_.size() > max_errors; }

  bool ok() const noexcept { return errors_.empty(); }
  const std::vector<error>& errors() const noexcept { return errors_; }
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  std::vector<error> errors_;
  std::vector<std::string> warnings_;
  std::set<std::string> seen_;
};

} // namespace remora::config
