#include "actors/jobs/time_zone.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <date/tz.h>

#include "actors/jobs/posix_tz.hpp"
#include "base/calendar.hpp"
#include "base/nearest_names.hpp"
#include "base/utf8.hpp"

namespace remora::jobs {

/// The offset from each change on, in order of time. The first change lies at first_second.
struct time_zone::table {
  std::string name;
  std::vector<zone_transition> changes;
};

namespace {

constexpr const char* database_folder = "/usr/share/zoneinfo"; ///< Where the date library looks on Linux.
constexpr std::size_t max_zone_file_bytes = 1 << 20;

void append_change(std::vector<zone_transition>& changes, zone_transition next) {
  if (!changes.empty() && changes.back().at == next.at) changes.pop_back();
  if (!changes.empty() && changes.back().offset == next.offset) return; // a new name for the same time
  changes.push_back(next);
}

/// The last line of a zone file: the rule for the time after the last change that the file lists.
std::optional<posix_tz> read_final_rule(const std::string& zone_name) {
  std::ifstream file(std::string(database_folder) + "/" + zone_name, std::ios::binary);
  std::string bytes(max_zone_file_bytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.empty() || bytes.back() != '\n') return std::nullopt;
  bytes.pop_back();
  const auto line = bytes.rfind('\n');
  if (line == std::string::npos) return std::nullopt;
  return posix_tz::parse(std::string_view(bytes).substr(line + 1));
}

/// The changes that the database lists, as the date library reads them, and the time of the last one, which
/// may be a mere change of name.
std::pair<std::vector<zone_transition>, std::int64_t> listed_changes(const date::time_zone& zone) {
  std::vector<zone_transition> changes;
  std::int64_t last = time_zone::first_second;
  std::int64_t at = time_zone::first_second;
  while (at < time_zone::end_second) {
    const date::sys_info info = zone.get_info(date::sys_seconds{std::chrono::seconds{at}});
    append_change(changes, {at, static_cast<std::int32_t>(info.offset.count())});
    last = std::exchange(at, info.end.time_since_epoch().count());
    if (at <= last) break;
  }
  return {std::move(changes), last};
}

/// The date library stops at the last listed change: 2037 in "fat" files, but years ago in "slim" ones. What
/// comes after is said by the rule at the end of the file.
void extend_by_rule(std::vector<zone_transition>& changes, std::int64_t last_listed, const posix_tz& rule) {
  if (!rule.has_summer_time()) return; // then the last offset simply goes on
  for (auto year = to_civil(floor_div(last_listed, seconds_per_day)).year; year <= 2262; ++year) {
    for (const zone_transition& change : rule.changes_in(year)) {
      if (change.at > last_listed && change.at < time_zone::end_second) append_change(changes, change);
    }
  }
}

std::string no_such_zone(std::string_view name, const date::tzdb& database) {
  std::vector<std::string_view> known;
  known.reserve(database.zones.size());
  for (const date::time_zone& zone : database.zones)
    known.emplace_back(zone.name());
  std::string message = "unknown time zone " + quoted(name);
  const auto nearest = nearest_names(name, known, 3);
  if (nearest.empty()) return message + "; write a name of the IANA database, such as \"Europe/Berlin\"";
  message += "; did you mean ";
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    if (i > 0) message += i + 1 == nearest.size() ? " or " : ", ";
    message += quoted(nearest[i]);
  }
  return message + "?";
}

/// The date library ends its messages with a line break.
std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

tl::unexpected<error> no_database(std::string_view name, const std::string& why) {
  return fail(errc::not_found, "cannot load time zone " + quoted(name) + ": " + why +
                                   "; install the package tzdata, or use UTC");
}

} // namespace

result<time_zone> time_zone::find(std::string_view name) {
  if (name.empty() || name == "UTC") return time_zone{};
  try {
    const date::tzdb& database = date::get_tzdb();
    if (database.zones.empty()) return no_database(name, std::string("nothing in ") + database_folder);
    const auto found = std::find_if(database.zones.begin(), database.zones.end(),
                                    [name](const date::time_zone& zone) { return zone.name() == name; });
    if (found == database.zones.end()) return fail(errc::invalid_config, no_such_zone(name, database));
    auto made = std::make_shared<table>();
    made->name = found->name();
    auto [changes, last_listed] = listed_changes(*found);
    if (const auto rule = read_final_rule(made->name)) extend_by_rule(changes, last_listed, *rule);
    made->changes = std::move(changes);
    return time_zone{std::move(made)};
  } catch (const std::exception& failure) {
    return no_database(name, first_line(failure.what()));
  }
}

std::string_view time_zone::name() const noexcept { return table_ ? std::string_view(table_->name) : "UTC"; }

bool time_zone::is_utc() const noexcept {
  return !table_ || (table_->changes.size() == 1 && table_->changes.front().offset == 0);
}

time_zone::period time_zone::period_at(std::int64_t unix_second) const noexcept {
  if (!table_) return {first_second, end_second, 0};
  const auto& changes = table_->changes;
  auto next = std::upper_bound(changes.begin(), changes.end(), unix_second,
                               [](std::int64_t second, const zone_transition& c) { return second < c.at; });
  if (next == changes.begin()) ++next; // before the range: the first period
  const auto& current = *std::prev(next);
  return {current.at, next == changes.end() ? end_second : next->at, current.offset};
}

} // namespace remora::jobs
