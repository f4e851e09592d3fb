#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "hub/service.hpp"

namespace remora::hub {

/// Console lines in the forms of the compatible log stream (/api/scripts/logs), which name a script by its
/// index. One thread at a time.
class log_lines {
 public:
  explicit log_lines(service& hub) : hub_{hub} {}

  /// "[node-index] text", "[node-index:ERROR] text". The index is "?" when the script is gone. Line breaks
  /// and other control characters are escaped, so that no text can pass for another line; tabs and ESC stay,
  /// for the colours. Errors: those of the service.
  result<std::string> as_text(const stored_line& line);
  /// {"time","node","index","title","level","text","seq"}; index is null when the script is gone.
  result<std::string> as_json(const stored_line& line);

 private:
  result<std::optional<std::size_t>> index_of(const std::string& title);

  service& hub_;
  std::optional<std::uint64_t> generation_; ///< Of `indices_`.
  std::map<std::string, std::size_t> indices_;
};

} // namespace remora::hub
