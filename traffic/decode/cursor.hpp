#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "traffic/bytes.hpp"

namespace remora::traffic {

/// N bytes that are known to be there: which of them are read is checked when the code is compiled.
template <std::size_t N>
class fixed_header {
 public:
  constexpr fixed_header() noexcept = default;
  constexpr explicit fixed_header(const std::uint8_t* at) noexcept : at_{at} {}

  /// False when there were fewer than N bytes; then nothing may be read.
  constexpr explicit operator bool() const noexcept { return at_ != nullptr; }

  template <std::size_t Offset>
  std::uint8_t u8() const noexcept {
    static_assert(Offset < N, "outside of the header");
    return at_[Offset];
  }
  /// Integers in network byte order.
  template <std::size_t Offset>
  std::uint16_t u16() const noexcept {
    static_assert(Offset + 2 <= N, "outside of the header");
    return load_big16(at_ + Offset);
  }
  template <std::size_t Offset>
  std::uint32_t u32() const noexcept {
    static_assert(Offset + 4 <= N, "outside of the header");
    return load_big32(at_ + Offset);
  }
  template <std::size_t Offset, std::size_t Count>
  byte_view bytes() const noexcept {
    static_assert(Offset + Count <= N, "outside of the header");
    return {at_ + Offset, Count};
  }

 private:
  const std::uint8_t* at_ = nullptr;
};

/// Reads forward through bytes from outside and cannot leave them: what is not there comes back as nothing,
/// and then the cursor has not moved. Integers are in network byte order.
class cursor {
 public:
  constexpr explicit cursor(byte_view bytes) noexcept : left_{bytes} {}

  constexpr byte_view rest() const noexcept { return left_; }
  constexpr std::size_t left() const noexcept { return left_.size(); }

  /// The next N bytes as a header.
  template <std::size_t N>
  fixed_header<N> take() noexcept {
    if (left_.size() < N) return {};
    const fixed_header<N> header{left_.data()};
    left_ = left_.skip(N);
    return header;
  }

  /// The next N bytes, without moving on.
  template <std::size_t N>
  fixed_header<N> peek() const noexcept {
    return left_.size() < N ? fixed_header<N>{} : fixed_header<N>{left_.data()};
  }

  /// The next `count` bytes.
  std::optional<byte_view> take(std::size_t count) noexcept {
    if (left_.size() < count) return std::nullopt;
    const byte_view taken = left_.first(count);
    left_ = left_.skip(count);
    return taken;
  }

  std::optional<std::uint8_t> u8() noexcept {
    const auto header = take<1>();
    return header ? std::optional{header.u8<0>()} : std::nullopt;
  }
  std::optional<std::uint16_t> u16() noexcept {
    const auto header = take<2>();
    return header ? std::optional{header.u16<0>()} : std::nullopt;
  }
  std::optional<std::uint32_t> u32() noexcept {
    const auto header = take<4>();
    return header ? std::optional{header.u32<0>()} : std::nullopt;
  }

  /// Forgets all but the next `count` bytes: what a length field says belongs to this layer. More than there
  /// are changes nothing.
  constexpr void limit(std::size_t count) noexcept { left_ = left_.first(count); }

 private:
  byte_view left_;
};

} // namespace remora::traffic
