#include "traffic/dissect/dns/dns_name.hpp"

#include <gtest/gtest.h>

#include "tests/unit/traffic/dns_messages.hpp"

namespace remora::traffic {
namespace {

using namespace dns_test;

byte_view view_of(const bytes& content) { return {content.data(), content.size()}; }

/// The name that stands behind a header, or "malformed".
std::string read(const bytes& behind_the_header, std::size_t at = 12) {
  const bytes all = byte_writer{}.zeros(12).raw(behind_the_header).content();
  std::string out = "before ";
  dns_effort effort;
  const bool whole = append_dns_name(out, view_of(all), at);
  EXPECT_EQ(whole, end_of_dns_name(view_of(all), at, effort).has_value());
  EXPECT_TRUE(whole || out == "before ");
  return whole ? out.substr(7) : "malformed";
}

TEST(DnsName, JoinsItsLabelsWithDots) { EXPECT_EQ(read(name("www.example.org")), "www.example.org"); }

TEST(DnsName, IsEmptyForTheRoot) { EXPECT_EQ(read(name("")), ""); }

TEST(DnsName, KeepsTheLettersAsTheyAre) { EXPECT_EQ(read(name("wWw.eXample")), "wWw.eXample"); }

TEST(DnsName, EscapesDotsAndBackslashesInsideOfLabels) {
  EXPECT_EQ(read(byte_writer{}.u8(5).raw(as_bytes("a.b\\c")).u8(0).content()), "a\\.b\\\\c");
}

TEST(DnsName, EscapesWhatIsNotPrintable) {
  EXPECT_EQ(read(byte_writer{}.u8(5).u8(0).u8(' ').u8(0x7F).u8(0xC3).u8('~').u8(0).content()),
            "\\000\\032\\127\\195~");
}

TEST(DnsName, EndsBehindItsFirstPointer) {
  const bytes all = byte_writer{}.zeros(12).raw(name("example.org")).u8(1).u8('a').u16(0xC00C).content();
  dns_effort effort;
  std::string out;
  EXPECT_EQ(end_of_dns_name(view_of(all), 25, effort), all.size());
  EXPECT_TRUE(append_dns_name(out, view_of(all), 25));
  EXPECT_EQ(out, "a.example.org");
}

TEST(DnsName, MayNotPointAtItself) { EXPECT_EQ(read(pointer(12)), "malformed"); }

TEST(DnsName, MayNotPointForward) { EXPECT_EQ(read(join({pointer(14), name("a")})), "malformed"); }

TEST(DnsName, MayNotPointIntoTheHeader) { EXPECT_EQ(read(pointer(4)), "malformed"); }

TEST(DnsName, MayNotGoRoundInALoop) {
  // A label, then a pointer to that label.
  EXPECT_EQ(read(byte_writer{}.u8(1).u8('a').u16(0xC00C).content()), "malformed");
}

TEST(DnsName, TakesUpTo128Pointers) {
  for (const unsigned pointers : {128u, 129u}) {
    byte_writer chain;
    chain.raw(name("a"));
    unsigned target = 12;
    for (unsigned i = 0; i < pointers; ++i) {
      const auto here = static_cast<unsigned>(12 + chain.content().size());
      chain.raw(pointer(target));
      target = here;
    }
    EXPECT_EQ(read(chain.content(), target), pointers == 128 ? "a" : "malformed");
  }
}

TEST(DnsName, HasAtMost255Bytes) {
  byte_writer longest;
  for (int i = 0; i < 127; ++i)
    longest.u8(1).u8('a');
  EXPECT_EQ(read(byte_writer{}.raw(longest.content()).u8(0).content()).size(), 253u);
  EXPECT_EQ(read(byte_writer{}.raw(longest.content()).u8(1).u8('b').u8(0).content()), "malformed");
}

TEST(DnsName, HasNoLabelsOfOtherKinds) {
  EXPECT_EQ(read(byte_writer{}.u8(0x41).zeros(70).content()), "malformed");
  EXPECT_EQ(read(byte_writer{}.u8(0x80).zeros(200).content()), "malformed");
}

TEST(DnsName, IsMalformedWhenItLeavesTheMessage) {
  EXPECT_EQ(read({}), "malformed");
  EXPECT_EQ(read(byte_writer{}.u8(3).raw(as_bytes("ab")).content()), "malformed");
  EXPECT_EQ(read(byte_writer{}.u8(2).raw(as_bytes("ab")).content()), "malformed");
  EXPECT_EQ(read(byte_writer{}.u8(0xC0).content()), "malformed");
}

TEST(DnsName, CostsNoMoreThanAMessageMayCost) {
  bytes all = byte_writer{}.zeros(12).raw(name("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p")).content();
  dns_effort effort;
  std::size_t read = 0;
  while (read < 1'000'000 && end_of_dns_name(view_of(all), 12, effort))
    ++read;
  EXPECT_EQ(read, (1u << 17u) / 16u);
}

} // namespace
} // namespace remora::traffic
