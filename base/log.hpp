#pragma once

#include <sstream>
#include <string>
#include <string_view>

/// remora's own log, on standard error. One line a record: the event first, then key=value.
///
///     log::warn("script-suspended", "script=", title, " for_s=", pause.count());
///
/// Error: a person must act. Warning: service is degraded. Info: state changed. Debug: the rest. Never per
/// packet: count, log the first of its kind, then once a minute. No secrets. Any thread may log.
namespace remora::log {

enum class level { debug, info, warning, error, off };
enum class format { text, json };

/// Sets what is shown and how. Before the first call: info and above, as text.
void configure(level lowest, format as);

/// "debug", "info", "warning" (or "warn"), "error", "off" to a level. False for any other word.
bool parse_level(std::string_view word, level& out);

/// "text" or "json". False for any other word.
bool parse_format(std::string_view word, format& out);

/// True when records of this level are shown.
bool enabled(level at) noexcept;

/// Writes one record. Control characters in it are escaped: what is logged may come from the wire.
void write(level at, std::string_view event, std::string_view details);

namespace detail {
template <class... Parts>
void join_and_write(level at, std::string_view event, const Parts&... parts) {
  if (!enabled(at)) return;
  std::ostringstream details;
  (details << ... << parts);
  write(at, event, details.str());
}
} // namespace detail

template <class... Parts>
void debug(std::string_view event, const Parts&... parts) {
  detail::join_and_write(level::debug, event, parts...);
}
template <class... Parts>
void info(std::string_view event, const Parts&... parts) {
  detail::join_and_write(level::info, event, parts...);
}
template <class... Parts>
void warn(std::string_view event, const Parts&... parts) {
  detail::join_and_write(level::warning, event, parts...);
}
template <class... Parts>
void error(std::string_view event, const Parts&... parts) {
  detail::join_and_write(level::error, event, parts...);
}

} // namespace remora::log
