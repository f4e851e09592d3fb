#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace remora {

/// Why an operation failed. The numbers travel between versions: append, never renumber.
enum class errc : std::uint8_t {
  none = 0,
  invalid_usage,     ///< The command line is wrong.
  invalid_config,    ///< A configuration value or file is wrong.
  invalid_script,    ///< A script does not compile, is not ES5, or is not text.
  script_threw,      ///< The top level of a script ended with an exception.
  script_declined,   ///< The top level of a script threw text: it does not want to run here.
  script_budget,     ///< A script used up its time.
  script_memory,     ///< A script used up its memory.
  script_stuck,      ///< A script's virtual machine no longer answers.
  invalid_cron,      ///< A cron expression is wrong.
  invalid_filter,    ///< A capture filter is wrong.
  unknown_interface, ///< A network interface does not exist.
  unknown_link_type, ///< Packets of a link type that is not decoded.
  permission_denied, ///< The operating system refused.
  not_found,         ///< A file or folder does not exist.
  not_a_capture,     ///< A file is no capture file.
  capture_damaged,   ///< A capture file is cut off or corrupt from some offset on.
  io_failed,         ///< Reading or writing failed for another reason.
  invalid_job,       ///< A job's tag is empty or too long, or a script has too many jobs.
  conflict,          ///< What was to be changed has changed in the meantime: read it again.
  store_full,        ///< The disk or the size limit of the store is used up; nothing was stored.
  store_damaged,     ///< The store's file is corrupt or is no store of ours.
  store_in_use,      ///< Another process works on the same data.
  store_newer,       ///< The store was written by a newer version.
  window_full,       ///< A sender has as many unacknowledged messages as it may: wait until there is room.
  too_large,         ///< A message is larger than what a frame may carry.
  invalid_frame,     ///< Bytes of a peer are damaged or claim what cannot be.
  invalid_confirm,   ///< A message was confirmed that was never handed out.
  malformed_message, ///< Bytes of a peer are no message as the link speaks it.
  version_mismatch,  ///< A peer speaks another major version of the link.
  unknown_message,   ///< A message of a type that this program does not know: count it and drop it.
  invalid_message,   ///< A field of a message is missing or wrong.
  unreachable,       ///< A server cannot be reached, or the connection to it ended.
  refused,           ///< A server refused: no token, a wrong one, or one whose role may not do this.
};

/// The name of a code as it stands in logs: "invalid_cron".
std::string_view to_string(errc code) noexcept;

/// A failure: a code for programs and a message for people. The message says what failed, where
/// (file:line:column, node, script) and what to do; it starts in lower case and has no full stop at the end.
struct error {
  errc code = errc::none;
  std::string message;
};

inline bool operator==(const error& lhs, errc rhs) noexcept { return lhs.code == rhs; }

/// A value, or why there is none.
template <class T>
using result = tl::expected<T, error>;

/// `return fail(errc::not_found, "...")` in a function that returns a result.
inline tl::unexpected<error> fail(errc code, std::string message) {
  return tl::unexpected<error>(error{code, std::move(message)});
}

/// Passes the error of one result on as the error of another.
template <class T>
tl::unexpected<error> pass_on(result<T>&& failed) {
  return tl::unexpected<error>(std::move(failed).error());
}

/// What errno says, in words: "Permission denied".
std::string errno_text(int error_number);
/// The kind of error that errno tells of when a file is opened or read: not_found, permission_denied, or
/// io_failed.
errc errno_code(int error_number) noexcept;

} // namespace remora
