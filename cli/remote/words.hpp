#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "cli/client/json.hpp"
#include "cli/remote/screen.hpp"

/// Numbers, times and texts as people read them.
namespace remora::cli {

/// "3 s ago", "5 min ago", "in 2 h"; "now" within a second. The largest unit alone, cut off.
std::string relative_time(timestamp then, timestamp now);

/// A point in time for a reader: relative on a terminal, else RFC 3339; "-" when there is none.
std::string time_text(const std::optional<timestamp>& then, const screen& reader);

/// The member of what a hub said that is a time, for a reader.
std::string time_text(const client::json& from, std::string_view member, const screen& reader);

/// "850 us", "12 ms", "1.5 s", "2 min 5 s", from milliseconds. NaN and infinities are "-".
std::string span_text(double milliseconds);

/// "512 B", "1.2 KiB", "3.4 GiB".
std::string bytes_text(double bytes);

/// "0", "12", "1.2 k", "3.4 M": a number a second, or a count, that is read at a glance.
std::string rate_text(double number);

/// A number as it is: whole ones without a point, others as JSON has them.
std::string number_text(double number);

/// How many columns of a terminal a text takes: wide characters take two, combining ones none.
std::size_t display_width(std::string_view text);

/// Text that came from a script or from the wire, for a terminal: control characters, what is no UTF-8, and
/// characters that turn the direction of writing are written as \xNN and \u{...}, so that none can act.
/// @param keep Control characters that stay: "\n\t".
std::string harmless(std::string_view text, std::string_view keep = {});

/// The same, but colours and text attributes (ECMA-48 SGR: ESC [ ... m) stay when `colours` is set, and are
/// dropped when it is not. Nothing else that begins with ESC stays: it could move the cursor, change the
/// title or the clipboard, or make the terminal answer. Newlines and tabs stay. Colours that were set end
/// with the text.
std::string harmless_line(std::string_view text, bool colours);

} // namespace remora::cli
