#pragma once

#include <algorithm>
#include <cstdint>

#include "traffic/bytes.hpp"

namespace remora::traffic {

/// How far `to` lies behind `from` (negative: before it) among sequence numbers, which go round at 2^32.
/// Right for numbers less than 2^31 apart. Source: RFC 9293, section 3.4; RFC 1982.
constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) noexcept {
  return static_cast<std::int32_t>(to - from);
}

/// A stretch of a TCP stream: bytes, and then some that were sent but not captured.
struct tcp_segment {
  std::uint32_t sequence = 0; ///< Of the first byte.
  byte_view bytes;
  std::uint32_t missing = 0;

  std::uint32_t length() const noexcept { return static_cast<std::uint32_t>(bytes.size()) + missing; }
  std::uint32_t end() const noexcept { return sequence + length(); }

  /// `count` of it, starting at `offset`. @pre offset + count <= length()
  tcp_segment part(std::uint32_t offset, std::uint32_t count) const noexcept {
    const byte_view captured = bytes.skip(offset).first(count);
    return {sequence + offset, captured, count - static_cast<std::uint32_t>(captured.size())};
  }

  /// Cuts off the first `count`, or all. @returns how many of those were captured bytes.
  std::uint32_t drop_front(std::uint32_t count) noexcept {
    const std::uint32_t before = static_cast<std::uint32_t>(bytes.size());
    count = std::min(count, length());
    *this = part(count, length() - count);
    return before - static_cast<std::uint32_t>(bytes.size());
  }

  /// Cuts off all but the first `count`. @returns how many captured bytes that took.
  std::uint32_t keep_front(std::uint32_t count) noexcept {
    const std::uint32_t before = static_cast<std::uint32_t>(bytes.size());
    *this = part(0, std::min(count, length()));
    return before - static_cast<std::uint32_t>(bytes.size());
  }
};

} // namespace remora::traffic
