#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "actors/link/rate_limiter.hpp"

namespace remora::link {

/// Decides which records of what strangers can repeat at will are worth a line: the first of its kind (event
/// and peer), then one a minute with the number left out; and no more than a budget of lines a minute over
/// all kinds, because a stranger can also come from many addresses. Reads no clock.
class rare_log {
 public:
  /// How many of this kind were left out since the last line, if a line is due; nothing when it is not.
  std::optional<std::uint64_t> due(std::string_view event, std::string_view who, steady_time now) {
    std::string kind;
    kind.append(event).append(1, ' ').append(who);
    if (kinds_.size() >= most_kinds && kinds_.count(kind) == 0) kinds_.clear();
    auto& entry = kinds_[kind];
    if (entry.seen && now - entry.last < pause) {
      ++entry.left_out;
      return std::nullopt;
    }
    if (!lines_.take(1, now)) {
      ++entry.left_out;
      return std::nullopt;
    }
    const auto left_out = entry.left_out;
    entry = {true, now, 0};
    return left_out;
  }

 private:
  struct kind_state {
    bool seen = false;
    steady_time last;
    std::uint64_t left_out = 0;
  };
  static constexpr std::chrono::minutes pause{1};
  static constexpr std::size_t most_kinds = 1024;
  static constexpr double lines_a_minute = 60;

  std::unordered_map<std::string, kind_state> kinds_;
  token_bucket lines_{lines_a_minute / 60, lines_a_minute, steady_time{}};
};

} // namespace remora::link
