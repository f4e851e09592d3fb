#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace remora::traffic {

/// A run of bytes that somebody else owns; as cheap as a pointer. Parsers read it through a cursor
/// (traffic/decode/cursor.hpp), which cannot leave it.
class byte_view {
 public:
  constexpr byte_view() noexcept = default;
  constexpr byte_view(const std::uint8_t* data, std::size_t size) noexcept : data_{data}, size_{size} {}

  constexpr const std::uint8_t* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const std::uint8_t* begin() const noexcept { return data_; }
  constexpr const std::uint8_t* end() const noexcept { return data_ + size_; }

  /// The first `count` bytes, or all of them when there are fewer.
  constexpr byte_view first(std::size_t count) const noexcept { return {data_, std::min(count, size_)}; }

  /// What follows the first `count` bytes; empty when there are no more.
  constexpr byte_view skip(std::size_t count) const noexcept {
    const std::size_t skipped = std::min(count, size_);
    return {data_ + skipped, size_ - skipped};
  }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Equal content, wherever it lies.
inline bool operator==(byte_view lhs, byte_view rhs) noexcept {
  return lhs.size() == rhs.size() && (lhs.empty() || std::memcmp(lhs.data(), rhs.data(), lhs.size()) == 0);
}
inline bool operator!=(byte_view lhs, byte_view rhs) noexcept { return !(lhs == rhs); }

/// Reads an integer at any address; the caller has checked that it lies inside. Big: network order.
inline std::uint16_t load_big16(const std::uint8_t* at) noexcept {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap16(value);
}
inline std::uint32_t load_big32(const std::uint8_t* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap32(value);
}
inline std::uint16_t load_little16(const std::uint8_t* at) noexcept {
  return __builtin_bswap16(load_big16(at));
}
inline std::uint32_t load_little32(const std::uint8_t* at) noexcept {
  return __builtin_bswap32(load_big32(at));
}
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the loads above are written for little-endian machines");

} // namespace remora::traffic
