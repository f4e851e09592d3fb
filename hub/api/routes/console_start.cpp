#include "hub/api/routes/console_start.hpp"

#include <algorithm>
#include <string>

namespace remora::hub {

namespace {

constexpr std::size_t lines_a_call = 100; ///< Each may be 64 KiB long, and only ids are wanted.
constexpr int empty_calls = 20;           ///< Of 50,000 lines each.

} // namespace

result<std::int64_t> before_tail(service& hub, const line_filter& which, std::size_t tail) {
  // First the end, then what lies before it: lines that come meanwhile follow in any case.
  auto newest = hub.last_line();
  if (!newest) return pass_on(std::move(newest));
  std::int64_t begin = *newest;
  std::string cursor;
  for (int empty = 0; tail > 0 && empty < empty_calls;) {
    auto part = hub.lines(which, std::min(tail, lines_a_call), cursor);
    if (!part) return pass_on(std::move(part));
    if (part->records.empty()) ++empty;
    for (const auto& line : part->records)
      begin = std::min(begin, line.id - 1);
    tail -= std::min(tail, part->records.size());
    cursor = part->next;
    if (cursor.empty()) break;
  }
  return begin;
}

} // namespace remora::hub
