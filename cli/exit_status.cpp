#include "cli/exit_status.hpp"

#include <algorithm>

namespace remora::cli {

namespace {

bool is_wrong_usage(errc code) noexcept {
  switch (code) {
    case errc::permission_denied:
    case errc::io_failed:
    case errc::not_a_capture:
    case errc::unknown_link_type:
    case errc::capture_damaged:
    case errc::script_stuck:
    case errc::unreachable:
    case errc::refused:
      return false;
    default:
      return true;
  }
}

} // namespace

exit_status status_of(const std::vector<error>& why_not_started) noexcept {
  const bool wrong = std::any_of(why_not_started.begin(), why_not_started.end(),
                                 [](const error& e) { return is_wrong_usage(e.code); });
  return wrong ? exit_status::wrong_usage : exit_status::failed;
}

} // namespace remora::cli
