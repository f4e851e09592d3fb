#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace remora::traffic {

/// Writes an unsigned integer in network byte order; the caller has seen to the room.
template <class Integer>
void put_big_at(char* to, Integer value) noexcept {
  static_assert(std::is_unsigned_v<Integer>);
  for (std::size_t i = 0; i < sizeof value; ++i)
    to[i] = static_cast<char>((value >> (8 * (sizeof value - 1 - i))) & 0xFFu);
}

/// Reads one; the caller has checked that it lies inside.
template <class Integer>
Integer get_big(const char* from) noexcept {
  static_assert(std::is_unsigned_v<Integer>);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i)
    value = value << 8 | static_cast<std::uint8_t>(from[i]);
  return static_cast<Integer>(value);
}

/// Appends one with its lowest byte first.
template <class Integer>
void put_little(std::string& out, Integer value) {
  static_assert(std::is_unsigned_v<Integer>);
  for (std::size_t i = 0; i < sizeof value; ++i)
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xFFu));
}

} // namespace remora::traffic
