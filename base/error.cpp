#include "base/error.hpp"

#include <cerrno>
#include <system_error>

namespace remora {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::none:
      return "none";
    case errc::invalid_usage:
      return "invalid_usage";
    case errc::invalid_config:
      return "invalid_config";
    case errc::invalid_script:
      return "invalid_script";
    case errc::script_threw:
      return "script_threw";
    case errc::script_declined:
      return "script_declined";
    case errc::script_budget:
      return "script_budget";
    case errc::script_memory:
      return "script_memory";
    case errc::script_stuck:
      return "script_stuck";
    case errc::invalid_cron:
      return "invalid_cron";
    case errc::invalid_filter:
      return "invalid_filter";
    case errc::unknown_interface:
      return "unknown_interface";
    case errc::unknown_link_type:
      return "unknown_link_type";
    case errc::permission_denied:
      return "permission_denied";
    case errc::not_found:
      return "not_found";
    case errc::not_a_capture:
      return "not_a_capture";
    case errc::capture_damaged:
      return "capture_damaged";
    case errc::io_failed:
      return "io_failed";
    case errc::invalid_job:
      return "invalid_job";
    case errc::conflict:
      return "conflict";
    case errc::store_full:
      return "store_full";
    case errc::store_damaged:
      return "store_damaged";
    case errc::store_in_use:
      return "store_in_use";
    case errc::store_newer:
      return "store_newer";
    case errc::window_full:
      return "window_full";
    case errc::too_large:
      return "too_large";
    case errc::invalid_frame:
      return "invalid_frame";
    case errc::invalid_confirm:
      return "invalid_confirm";
    case errc::malformed_message:
      return "malformed_message";
    case errc::version_mismatch:
      return "version_mismatch";
    case errc::unknown_message:
      return "unknown_message";
    case errc::invalid_message:
      return "invalid_message";
    case errc::unreachable:
      return "unreachable";
    case errc::refused:
      return "refused";
  }
  return "unknown";
}

errc errno_code(int error_number) noexcept {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return errc::not_found;
    case EACCES:
    case EPERM:
      return errc::permission_denied;
    default:
      return errc::io_failed;
  }
}

std::string errno_text(int error_number) { return std::generic_category().message(error_number); }

} // namespace remora
