#include "cli/remote/words.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/value.hpp"

namespace remora::cli {

namespace {

std::string with_one_digit(double number, const char* unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), number < 9.95 ? "%.1f %s" : "%.0f %s", number, unit);
  return text.data();
}

/// 950 -> 950 and unit 0; 12'000 -> 12 and unit 1.
template <std::size_t Count>
std::string scaled(double number, double step, const std::array<const char*, Count>& units) {
  if (!std::isfinite(number)) return "-";
  std::size_t unit = 0;
  while (std::fabs(number) >= step && unit + 1 < Count) {
    number /= step;
    ++unit;
  }
  if (unit > 0) return with_one_digit(number, units[unit]);
  const std::string plain =
      number_text(std::fabs(number) < 10 ? std::round(number * 10) / 10 : std::round(number));
  return *units[0] == '\0' ? plain : plain + ' ' + units[0];
}

} // namespace

std::string relative_time(timestamp then, timestamp now) {
  const auto between = now - then;
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(between < between.zero() ? -between : between).count();
  if (seconds == 0) return "now";
  std::string span;
  if (seconds < 60) {
    span = std::to_string(seconds) + " s";
  } else if (seconds < 3600) {
    span = std::to_string(seconds / 60) + " min";
  } else if (seconds < 48 * 3600) {
    span = std::to_string(seconds / 3600) + " h";
  } else {
    span = std::to_string(seconds / 86'400) + " d";
  }
  return between < between.zero() ? "in " + span : span + " ago";
}

std::string time_text(const std::optional<timestamp>& then, const screen& reader) {
  if (!then) return "-";
  return reader.terminal ? relative_time(*then, reader.now) : to_rfc3339(*then);
}

std::string time_text(const client::json& from, std::string_view member, const screen& reader) {
  return time_text(client::time_of(from, member), reader);
}

std::string span_text(double milliseconds) {
  if (!std::isfinite(milliseconds)) return "-";
  const double size = std::fabs(milliseconds);
  if (size == 0) return "0 ms";
  if (size < 1) return number_text(std::round(milliseconds * 1000)) + " us";
  if (size < 1000) return with_one_digit(milliseconds, "ms");
  if (size < 60'000) return with_one_digit(milliseconds / 1000, "s");
  const double minutes = std::floor(size / 60'000);
  const double seconds = std::floor((size - minutes * 60'000) / 1000);
  return (milliseconds < 0 ? "-" : "") + number_text(minutes) + " min " + number_text(seconds) + " s";
}

std::string bytes_text(double bytes) { return scaled<5>(bytes, 1024, {"B", "KiB", "MiB", "GiB", "TiB"}); }

std::string rate_text(double number) { return scaled<4>(number, 1000, {"", "k", "M", "G"}); }

std::string number_text(double number) {
  return std::isfinite(number) ? to_json_number(number) : std::string{"-"};
}

} // namespace remora::cli
