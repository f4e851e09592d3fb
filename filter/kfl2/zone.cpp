#include <exception>
#include <string>

#include <date/tz.h>

#include "filter/kfl2/times.hpp"

namespace remora::filter::kfl2 {

namespace {

/// +02:00; the sign may be missing.
std::optional<std::int64_t> read_offset(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  std::int64_t digits[4];
  constexpr std::size_t places[4] = {0, 1, 3, 4};
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = text[places[i]];
    if (c < '0' || c > '9') return std::nullopt;
    digits[i] = c - '0';
  }
  const std::int64_t hours = digits[0] * 10 + digits[1];
  const std::int64_t minutes = digits[2] * 10 + digits[3];
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (negative ? -1 : 1) * (hours * 3'600 + minutes * 60);
}

} // namespace

std::optional<std::int64_t> zone_offset(std::string_view zone, moment t) {
  if (zone.empty() || zone == "UTC") return 0;
  if (const auto offset = read_offset(zone)) return offset;
  // The library throws for a name that it does not know; the exception ends here.
  try {
    const auto* found = date::locate_zone(std::string{zone});
    return found->get_info(date::sys_seconds{std::chrono::seconds{t.seconds}}).offset.count();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

} // namespace remora::filter::kfl2
