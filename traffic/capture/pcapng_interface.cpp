#include "traffic/capture/pcapng_interface.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "traffic/capture/format_parser.hpp"

namespace remora::traffic {
namespace {

__extension__ using uint128 = unsigned __int128;

constexpr std::array<std::uint64_t, 20> powers_of_ten = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10; // the last one wraps and is not used
  }
  return powers;
}();

/// Ticks as nanoseconds, rounded down. Nothing when 64 bits cannot hold them.
std::optional<std::uint64_t> to_nanoseconds(std::uint64_t ticks, std::uint8_t resolution) noexcept {
  const unsigned exponent = resolution & 0x7Fu;
  if ((resolution & 0x80u) != 0) {
    const uint128 ns = uint128{ticks} * 1'000'000'000u >> exponent; // at most 94 bits
    if (ns > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
    return static_cast<std::uint64_t>(ns);
  }
  if (exponent > 9) { // finer than a nanosecond; from 10^-29 s on 64 bits of ticks are less than one
    return exponent - 9 < powers_of_ten.size() ? ticks / powers_of_ten[exponent - 9] : 0;
  }
  std::uint64_t ns = 0;
  if (__builtin_mul_overflow(ticks, powers_of_ten[9 - exponent], &ns)) return std::nullopt;
  return ns;
}

struct option {
  std::uint16_t code;
  byte_view value;
};

/// Takes one option off the front of `options`. False: it does not fit.
bool take_option(byte_view& options, bool big_endian, option& out) {
  if (options.size() < 4) return false;
  const auto u16 = [&](std::size_t at) {
    return big_endian ? load_big16(options.data() + at) : load_little16(options.data() + at);
  };
  const std::size_t length = u16(2);
  if (options.size() - 4 < length) return false;
  out = {u16(0), options.skip(4).first(length)};
  options = options.skip(4 + (length + 3) / 4 * 4); // padded to 32 bits; the last one may lack its padding
  return true;
}

std::int64_t signed64(byte_view value, bool big_endian) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    bits = bits << 8 | value.data()[big_endian ? i : 7 - i];
  }
  return static_cast<std::int64_t>(bits);
}

} // namespace

std::optional<timestamp> pcapng_interface::time_of(std::uint64_t ticks) const noexcept {
  const auto since_offset = to_nanoseconds(ticks, resolution);
  if (!since_offset) return std::nullopt;
  std::int64_t ns = 0;
  if (offset_seconds == 0) {
    if (__builtin_add_overflow(*since_offset, 0, &ns)) return std::nullopt;
    return from_unix_ns(ns);
  }
  // The sum may fit although the ticks alone do not, when the offset is negative.
  __extension__ using int128 = __int128;
  const int128 sum = int128{*since_offset} + int128{offset_seconds} * 1'000'000'000;
  if (sum < std::numeric_limits<std::int64_t>::min() || sum > std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  return from_unix_ns(static_cast<std::int64_t>(sum));
}

std::optional<pcapng_interface> read_pcapng_interface(byte_view body, bool big_endian) {
  constexpr std::uint16_t end_of_options = 0;
  constexpr std::uint16_t if_tsresol = 9;
  constexpr std::uint16_t if_tsoffset = 14;
  if (body.size() < 8) return std::nullopt;
  pcapng_interface read;
  read.link_number = big_endian ? load_big16(body.data()) : load_little16(body.data());
  read.link = link_type_from_number(read.link_number);
  read.snaplen = big_endian ? load_big32(body.data() + 4) : load_little32(body.data() + 4);
  read.max_captured = std::max(default_snaplen, std::min(read.snaplen, max_packet_bytes));
  byte_view options = body.skip(8);
  while (!options.empty()) {
    option next{};
    if (!take_option(options, big_endian, next)) return std::nullopt;
    if (next.code == end_of_options) break;
    if (next.code == if_tsresol) {
      if (next.value.size() != 1) return std::nullopt;
      read.resolution = next.value.data()[0];
    } else if (next.code == if_tsoffset) {
      if (next.value.size() != 8) return std::nullopt;
      read.offset_seconds = signed64(next.value, big_endian);
    }
  }
  return read;
}

} // namespace remora::traffic
