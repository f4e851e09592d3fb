#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/traffic/fragments_fixture.hpp"
#include "traffic/decode/packet_info.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces
using cut = fragment_cut;
using under_test = fragments_under_test;

constexpr std::uint8_t destination_options = 60;

class Fragments : public FragmentsOfEitherVersion {};

INSTANTIATE_TEST_SUITE_P(Of, Fragments, ::testing::Values(4u, 6u),
                         [](const auto& of) { return of.param == 4 ? "Ipv4" : "Ipv6"; });

TEST_P(Fragments, MakeADatagramInWhateverOrderTheyArrive) {
  std::vector<cut> cuts{{0, 40}, {40, 40}, {80, 20, false}};
  std::sort(cuts.begin(), cuts.end(), [](const cut& a, const cut& b) { return a.offset < b.offset; });
  do {
    under_test it;
    EXPECT_FALSE(it.add(version, cuts[0], datagram));
    EXPECT_FALSE(it.add(version, cuts[1], datagram));
    EXPECT_EQ(it.add(version, cuts[2], datagram), datagram);
    EXPECT_EQ(it.protocol, 17);
    EXPECT_EQ(it.of(datagram_end::completed), 1u);
    EXPECT_EQ(it.table.bytes(), 0u);
    it.expect_sums();
  } while (std::next_permutation(cuts.begin(), cuts.end(),
                                 [](const cut& a, const cut& b) { return a.offset < b.offset; }));
}

TEST_P(Fragments, OfADatagramCutAtRandomAndShuffledMakeItWhole) {
  std::mt19937 random{version}; // NOLINT(cert-msc51-cpp): the same datagrams in every run
  under_test it;
  for (std::uint32_t id = 1; id <= 300; ++id) {
    const std::size_t size = 9 + random() % (id % 30 == 0 ? 65'527 : 3000);
    bytes whole(size);
    std::generate(whole.begin(), whole.end(), [&] { return static_cast<std::uint8_t>(random()); });
    std::vector<cut> cuts;
    for (std::size_t at = 0; at < size;) {
      const std::size_t length = std::min(size - at, 8 * (1 + random() % 100));
      cuts.push_back({at, length, at + length < size});
      at += length;
    }
    if (cuts.size() == 1) continue; // no fragment
    const std::size_t different = cuts.size();
    for (std::size_t repeats = random() % 3; repeats > 0; --repeats) {
      cuts.push_back(cuts[random() % different]);
    }
    std::shuffle(cuts.begin(), cuts.end(), random);
    std::set<std::size_t> seen;
    std::optional<bytes> got;
    for (const cut& c : cuts) {
      seen.insert(c.offset);
      const auto done = it.add(version, c, whole, id);
      ASSERT_EQ(done.has_value(), !got && seen.size() == different);
      if (done) got = done;
      if (got) break; // what is repeated after this would begin another datagram
    }
    ASSERT_EQ(got, whole) << id;
  }
  EXPECT_EQ(it.table.open(), 0u);
  it.expect_sums();
}

TEST_P(Fragments, OfManyDatagramsAtOnceDoNotMix) {
  under_test it;
  for (std::uint32_t id = 0; id < 100; ++id) {
    it.add(version, {0, 40}, bytes(100, static_cast<std::uint8_t>(id)), id);
  }
  for (std::uint32_t id = 0; id < 100; ++id) {
    const bytes expected(100, static_cast<std::uint8_t>(id));
    EXPECT_EQ(it.add(version, {40, 60, false}, expected, id), expected);
  }
}

TEST_P(Fragments, BelongTogetherOnlyFromTheSameSourceToTheSameDestination) {
  const auto packet = [&](std::uint8_t source, std::uint8_t destination, const cut& where) {
    const bytes content = slice(datagram, where.offset, where.length);
    const auto offset = static_cast<std::uint16_t>(where.offset);
    if (version == 6) {
      ipv6_style style{fragment_header};
      style.source.back() = source;
      style.destination.back() = destination;
      return ipv6(style, ipv6_fragment(17, offset, where.more, 7, content));
    }
    ipv4_style style{17, source, destination, 7};
    style.fragment_offset_bytes = offset;
    style.more_fragments = where.more;
    return ipv4(style, content);
  };
  under_test it;
  it.add(packet(1, 2, {0, 40}));
  EXPECT_FALSE(it.add(packet(3, 2, {40, 60, false})));
  EXPECT_FALSE(it.add(packet(1, 3, {40, 60, false})));
  EXPECT_FALSE(it.add(packet(2, 1, {40, 60, false})));
  EXPECT_TRUE(it.add(packet(1, 2, {40, 60, false})));
}

TEST_P(Fragments, ThatAreRepeatedDoNoHarm) {
  under_test it;
  it.add(version, {0, 40}, datagram);
  it.add(version, {0, 40}, datagram);
  it.add(version, {40, 40}, datagram);
  it.add(version, {40, 40}, datagram);
  EXPECT_EQ(it.add(version, {80, 20, false}, datagram), datagram);
  EXPECT_EQ(it.of(fragment_fate::duplicate), 2u);
  EXPECT_EQ(it.of(fragment_fate::stored), 2u);
  EXPECT_EQ(it.of(fragment_fate::completing), 1u);
}

TEST_P(Fragments, ThatContradictEachOtherAboutTheEndEndTheDatagram) {
  const std::pair<cut, cut> table[] = {
      {{80, 20, false}, {80, 16, false}}, // ends twice
      {{40, 40, false}, {80, 16, true}},  // goes on behind its end
      {{80, 16, true}, {40, 40, false}},  // ends before what was there
      {{40, 40, false}, {48, 40, true}},  // the same, overlapping
  };
  for (const auto& [first, second] : table) {
    under_test it;
    it.add(version, first, datagram);
    it.add(version, second, datagram);
    EXPECT_EQ(it.of(datagram_end::inconsistent), 1u) << first.offset << " " << second.offset;
    EXPECT_EQ(it.table.open(), 0u);
    it.expect_sums();
  }
}

TEST_P(Fragments, ThatWereNotCapturedWholeAreOfNoUse) {
  under_test it;
  const bytes packet = fragment_of(version, {0, 40}, slice(datagram, 0, 40));
  for (const std::size_t missing : {1u, 20u, 39u}) {
    it.add(head(packet, packet.size() - missing));
  }
  EXPECT_EQ(it.of(fragment_fate::cut_off), 3u);
  EXPECT_EQ(it.table.counters().opened(), 0u);
}

TEST_P(Fragments, ThatCannotBePartOfAnythingAreMalformed) {
  under_test it;
  it.add(fragment_of(version, {0, 0}, {}));
  it.add(fragment_of(version, {40, 0, false}, {}));
  it.add(fragment_of(version, {0, 41}, filler(41)));
  EXPECT_EQ(it.of(fragment_fate::malformed), 3u);
  EXPECT_EQ(it.table.counters().opened(), 0u);
}

TEST_P(Fragments, AreReadLikeThePacketThatTheyWere) {
  under_test it;
  it.add(version, {0, 40}, datagram);
  const bytes last = fragment_of(version, {40, 60, false}, slice(datagram, 40, 60));
  decoded_packet packet = decode_as(link_type::raw_ip, last);
  const auto whole = it.table.add(packet, {});
  ASSERT_TRUE(whole);
  decode_transport(whole->protocol, whole->bytes, packet);
  EXPECT_EQ(packet.status, decode_status::ok);
  EXPECT_EQ(packet.kind, packet_kind::udp);
  EXPECT_EQ(packet.ip_version, version);
  EXPECT_EQ(packet.destination_port, 53);
  EXPECT_EQ(packet.hop_limit, 64);
  EXPECT_EQ(to_bytes(packet.payload), filler(92));
  EXPECT_EQ(to_bytes(packet.network_payload), datagram);
  EXPECT_FALSE(packet.fragment.is_fragment());
}

TEST_P(Fragments, MayBeginWithHeadersBeforeTheTransport) {
  const std::uint8_t authentication = 51;
  const bytes whole = ip_authentication(17, 4, udp({}, filler(68)));
  under_test it;
  it.add(fragment_of(version, {0, 40}, slice(whole, 0, 40), 7, authentication));
  decoded_packet packet;
  const bytes last = fragment_of(version, {40, 60, false}, slice(whole, 40, 60), 7, authentication);
  packet = decode_as(link_type::raw_ip, last);
  const auto got = it.table.add(packet, {});
  ASSERT_TRUE(got);
  EXPECT_EQ(to_bytes(got->bytes), whole);
  EXPECT_EQ(got->protocol, authentication);
  decode_transport(got->protocol, got->bytes, packet);
  EXPECT_EQ(packet.ip_protocol, 17);
  EXPECT_EQ(to_bytes(packet.payload), filler(68));
}

TEST(FragmentsOfIpv4, KeepWhatCameFirstWhereTheyOverlap) {
  const bytes first(100, 1);
  const bytes second(100, 2);
  under_test it;
  it.add(4, {16, 16}, first);
  it.add(4, {48, 16}, first);
  it.add(4, {8, 72}, second); // around both, between them, and before and behind
  it.add(4, {80, 20, false}, first);
  const auto got = it.add(4, {0, 40}, first);
  bytes expected(100, 2);
  std::fill(expected.begin(), expected.begin() + 8, 1);
  std::fill(expected.begin() + 16, expected.begin() + 32, 1);
  std::fill(expected.begin() + 48, expected.begin() + 64, 1);
  std::fill(expected.begin() + 80, expected.end(), 1);
  EXPECT_EQ(got, expected);
  EXPECT_EQ(it.of(fragment_fate::trimmed), 1u);
}

TEST(FragmentsOfIpv4, AreWholeWhenTheLastBringsNothingButTheEnd) {
  under_test it;
  it.add(4, {0, 96}, filler(96));
  EXPECT_EQ(it.add(4, {48, 48, false}, filler(96)), filler(96));
}

TEST(FragmentsOfIpv4, DoNotMixProtocols) {
  under_test it;
  it.add(fragment_of(4, {0, 40}, filler(40), 7, 17));
  EXPECT_FALSE(it.add(fragment_of(4, {40, 8, false}, filler(8), 7, 6)));
}

TEST(FragmentsOfIpv4, MayBeginAnewAfterTheyContradictedEachOther) {
  under_test it;
  it.add(4, {40, 40, false}, filler(200));
  it.add(4, {40, 60, false}, filler(200));
  it.add(4, {0, 40}, filler(200));
  EXPECT_TRUE(it.add(4, {40, 60, false}, filler(200)));
}

TEST(FragmentsOfIpv6, EndTheDatagramWhereTheyOverlapAndWithItAllThatFollow) {
  const cut overlaps[] = {{32, 16}, {48, 8}, {40, 48}, {32, 32}, {40, 8}};
  for (const cut& overlap : overlaps) {
    under_test it;
    it.add(6, {40, 16}, filler(100));
    it.add(6, overlap, filler(100));
    EXPECT_EQ(it.of(datagram_end::overlapping), 1u) << overlap.offset;
    it.add(6, {0, 40}, filler(100));
    it.add(6, {40, 16}, filler(100));
    EXPECT_FALSE(it.add(6, {56, 44, false}, filler(100))) << overlap.offset;
    EXPECT_EQ(it.of(fragment_fate::refused), 4u);
    EXPECT_EQ(it.table.open(), 0u);
    it.expect_sums();
  }
}

TEST(FragmentsOfIpv6, AreNoRepetitionWithOtherBytes) {
  under_test it;
  it.add(6, {0, 40}, bytes(40, 1));
  it.add(6, {0, 40}, bytes(40, 2));
  EXPECT_EQ(it.of(datagram_end::overlapping), 1u);
}

TEST(FragmentsOfIpv6, TakeTheProtocolFromTheFirstOfThem) {
  under_test it;
  it.add(fragment_of(6, {40, 8, false}, filler(8), 7, 99));
  EXPECT_TRUE(it.add(fragment_of(6, {0, 40}, udp({}, filler(32)), 7, 17)));
  EXPECT_EQ(it.protocol, 17);

  it.add(fragment_of(6, {0, 40}, udp({}, filler(32)), 8, 17));
  it.add(fragment_of(6, {0, 40}, udp({}, filler(32)), 8, 98)); // repeated
  EXPECT_TRUE(it.add(fragment_of(6, {40, 8, false}, filler(8), 8, 99)));
  EXPECT_EQ(it.protocol, 17);
}

TEST(FragmentsOfIpv6, MayBeginWithExtensionHeaders) {
  const bytes whole = ipv6_extension(17, 1, udp({}, filler(76)));
  under_test it;
  it.add(fragment_of(6, {0, 40}, slice(whole, 0, 40), 7, destination_options));
  const auto got = it.add(fragment_of(6, {40, 60, false}, slice(whole, 40, 60), 7, destination_options));
  EXPECT_EQ(got, whole);
  EXPECT_EQ(it.protocol, destination_options);
}

TEST(FragmentsOfIpv6, MayBeFragmentsOfAFragment) {
  const bytes whole = ipv6_fragment(17, 0, true, 8, udp({}, filler(92)));
  under_test it;
  it.add(fragment_of(6, {0, 40}, slice(whole, 0, 40), 7, fragment_header));
  EXPECT_EQ(it.add(fragment_of(6, {40, 68, false}, slice(whole, 40, 68), 7, fragment_header)), whole);
}

TEST(FragmentsOfFragments, MayLieInTheDatagramReturnedLast) {
  const bytes inner_last = fragment_of(4, {40, 60, false}, bytes(60, 3), 9);
  const bytes outer = join(inner_last, bytes(8, 0));
  under_test it;
  it.add(fragment_of(4, {0, 40}, bytes(40, 3), 9));
  it.add(4, {0, 40}, outer);
  const bytes outer_last = fragment_of(4, {40, 48, false}, slice(outer, 40, 48));
  const auto around = it.table.add(decode_as(link_type::raw_ip, outer_last), {});
  ASSERT_TRUE(around);
  frame inner;
  inner.link = link_type::ipv4;
  inner.bytes = around->bytes;
  const auto within = it.table.add(decode(inner), {});
  ASSERT_TRUE(within);
  EXPECT_EQ(to_bytes(within->bytes), bytes(100, 3));
}

TEST(FragmentNames, AreThereForEveryValueAndDiffer) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < fragment_fate_count; ++i) {
    names.emplace(to_string(static_cast<fragment_fate>(i)));
  }
  for (std::size_t i = 0; i < datagram_end_count; ++i) {
    names.emplace(to_string(static_cast<datagram_end>(i)));
  }
  EXPECT_EQ(names.size(), fragment_fate_count + datagram_end_count);
  EXPECT_EQ(names.count("unknown"), 0u);
}

TEST(PacketInfo, IsNotFlaggedForTheFragmentThatCompletesADatagram) {
  const frame packet;
  EXPECT_EQ(make_packet_info(packet, true).fragmented, 1u);
  EXPECT_EQ(make_packet_info(packet, false).fragmented, 0u);
}

} // namespace
} // namespace remora::traffic
