#pragma once

#include <cstdint>
#include <optional>

#include <gtest/gtest.h>

#include "tests/unit/traffic/decode_it.hpp"
#include "traffic/decode/fragments.hpp"

namespace remora::traffic {

inline constexpr std::uint8_t fragment_header = 44;

/// Where one fragment lies in its datagram.
struct fragment_cut {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool more = true;
};

inline test::bytes slice(const test::bytes& from, std::size_t offset, std::size_t length) {
  return to_bytes(byte_view{from.data(), from.size()}.skip(offset).first(length));
}

inline test::bytes fragment_of(unsigned version, const fragment_cut& where, const test::bytes& content,
                               std::uint32_t id = 7, std::uint8_t protocol = 17) {
  const auto offset = static_cast<std::uint16_t>(where.offset);
  if (version == 6)
    return test::ipv6({fragment_header}, test::ipv6_fragment(protocol, offset, where.more, id, content));
  test::ipv4_style style{protocol};
  style.id = static_cast<std::uint16_t>(id);
  style.fragment_offset_bytes = offset;
  style.more_fragments = where.more;
  return test::ipv4(style, content);
}

/// A table and the bytes of the datagram that it returned last.
struct fragments_under_test {
  fragment_table table;
  std::int64_t now_ns = 0;
  std::uint8_t protocol = 0;

  explicit fragments_under_test(fragment_limits limits = {}) : table{limits} {}

  /// @returns the datagram, if it is whole now.
  std::optional<test::bytes> add(const test::bytes& packet) {
    const auto done = table.add(decode_as(link_type::raw_ip, packet), from_unix_ns(now_ns));
    if (!done) return std::nullopt;
    protocol = done->protocol;
    return to_bytes(done->bytes);
  }
  std::optional<test::bytes> add(unsigned version, const fragment_cut& where, const test::bytes& datagram,
                                 std::uint32_t id = 7) {
    return add(fragment_of(version, where, slice(datagram, where.offset, where.length), id));
  }

  std::uint64_t of(fragment_fate fate) const { return table.counters().of(fate); }
  std::uint64_t of(datagram_end end) const { return table.counters().of(end); }

  void expect_sums() const {
    std::uint64_t fates = 0;
    for (std::size_t i = 0; i < fragment_fate_count; ++i) {
      fates += of(static_cast<fragment_fate>(i));
    }
    std::uint64_t ends = table.open();
    for (std::size_t i = 0; i < datagram_end_count; ++i) {
      ends += of(static_cast<datagram_end>(i));
    }
    EXPECT_EQ(fates, table.counters().fragments());
    EXPECT_EQ(ends, table.counters().opened());
  }
};

class FragmentsOfEitherVersion : public ::testing::TestWithParam<unsigned> {
 protected:
  unsigned version = GetParam();
  const test::bytes datagram = test::udp({}, test::filler(92)); // 100 bytes
};

} // namespace remora::traffic
