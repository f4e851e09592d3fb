#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "actors/jobs/cron.hpp"

// Input: the text of a schedule. Whatever is accepted must yield instants that grow, that match, and between
// which nothing matches; whatever is refused must be refused in one printable line.

namespace {

using namespace remora;
using namespace remora::jobs;

void require(bool holds) {
  if (!holds) std::abort();
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U; // FNV-1a
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  return hash;
}

const time_zone& zone_number(std::uint64_t n) {
  static const std::array<time_zone, 5> zones{
      time_zone{}, time_zone::find("Europe/Berlin").value(), time_zone::find("Australia/Lord_Howe").value(),
      time_zone::find("Pacific/Apia").value(), time_zone::find("America/New_York").value()};
  return zones[n % zones.size()];
}

void check_error(const error& refused) {
  require(refused.code == errc::invalid_cron);
  require(refused.message.rfind("invalid cron expression \"", 0) == 0 && refused.message.size() < 1'024);
  for (const char c : refused.message)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void check_from(const cron_schedule& schedule, timestamp after, const time_zone& zone, std::uint64_t random) {
  for (int n = 0; n < 4; ++n) {
    const auto next = schedule.next_after(after, zone);
    if (!next) {
      require(schedule.count_until(after, timestamp::max(), zone) == 0);
      return;
    }
    require(*next > after && to_unix_ns(*next) % 1'000'000'000 == 0);
    require(schedule.matches(*next, zone));
    require(schedule.count_until(after, *next, zone) == 1);
    require(schedule.last_until(after, *next, zone) == next);
    const auto between = static_cast<std::uint64_t>((*next - after) / std::chrono::seconds{1});
    if (between > 0) {
      const auto offset = std::chrono::seconds{static_cast<std::int64_t>(random % between)};
      require(offset.count() == 0 || !schedule.matches(*next - offset, zone));
    }
    after = *next;
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto schedule = cron_schedule::parse(text);
  if (!schedule) {
    check_error(schedule.error());
    return 0;
  }
  constexpr std::int64_t ns_per_second = 1'000'000'000;
  constexpr std::array<std::int64_t, 5> moments{-9'223'372'036, 0, 1'325'000'000, 1'774'746'000,
                                                9'223'000'000};
  const std::uint64_t hash = hash_of(text);
  const std::int64_t anywhere =
      from_unix_ns(static_cast<std::int64_t>(hash)).time_since_epoch() / std::chrono::seconds{1};
  check_from(*schedule, from_unix_ns(moments[hash % moments.size()] * ns_per_second), zone_number(hash >> 8),
             hash >> 16);
  check_from(*schedule, from_unix_ns(anywhere * ns_per_second), zone_number(hash >> 12), hash >> 20);
  return 0;
}
