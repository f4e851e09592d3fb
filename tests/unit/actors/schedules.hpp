#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "actors/jobs/cron.hpp"

namespace remora::jobs::test {

/// "2026-03-29T01:00:00Z" as a point in time.
inline timestamp at(std::string_view text) {
  const auto t = parse_rfc3339(text);
  EXPECT_TRUE(t) << text;
  return t.value_or(timestamp{});
}

inline time_zone zone(std::string_view name) {
  const auto found = time_zone::find(name);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found.value_or(time_zone{});
}

inline cron_schedule cron(std::string_view text) {
  auto parsed = cron_schedule::parse(text);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? *parsed : *cron_schedule::parse("* * * * * *");
}

/// A whole second as "2026-03-29T01:00:00Z".
inline std::string text_of(timestamp t) { return to_rfc3339(t).substr(0, 19) + "Z"; }

/// The first `count` instants after `after`; shorter when there are no more.
inline std::vector<std::string> runs(std::string_view expression, std::string_view after, std::size_t count,
                                     const time_zone& in = {}) {
  const cron_schedule schedule = cron(expression);
  std::vector<std::string> all;
  timestamp t = at(after);
  while (all.size() < count) {
    const auto next = schedule.next_after(t, in);
    if (!next) break;
    t = *next;
    all.push_back(text_of(t));
  }
  return all;
}

} // namespace remora::jobs::test
