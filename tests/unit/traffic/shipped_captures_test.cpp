#include "tests/support/shipped_captures.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/unit/traffic/read_all.hpp"
#include "traffic/decode/decode.hpp"
#include "traffic/decode/decode_counters.hpp"

namespace remora::traffic {
namespace {

std::string path_of(const std::string& name) { return REMORA_TEST_DATA "/captures/" + name; }

TEST(ShippedCaptures, AreWhatTheirGeneratorMakes) {
  for (const auto& capture : test::shipped_captures()) {
    EXPECT_EQ(test::read_file(path_of(capture.name)), capture.content)
        << capture.name << ": run make_captures to write it anew";
  }
}

TEST(ShippedCaptures, AreReadAsFarAsTheyAreWhole) {
  for (const auto& capture : test::shipped_captures()) {
    const std::string path = path_of(capture.name);
    auto source = open_files({{path}, ""});
    if (!source) {
      EXPECT_THAT(source.error().message, ::testing::StartsWith(path + ": " + capture.damage));
      EXPECT_FALSE(capture.damage.empty());
      continue;
    }
    const auto got = read_to_end(**source);
    EXPECT_EQ(got.frames.size(), capture.packets) << capture.name;
    EXPECT_EQ(got.damage_text(), capture.damage.empty() ? "" : path + ": " + capture.damage + "\n");
  }
}

TEST(ShippedCaptures, AreDecodedToTheLastPacket) {
  decode_counters counters;
  for (const auto& capture : test::shipped_captures()) {
    for (const kept_frame& f : read_memory(capture.content).frames) {
      counters.add(
          decode({from_unix_ns(f.time_ns), f.wire_length, f.link, {f.content.data(), f.content.size()}}));
    }
  }
  EXPECT_EQ(counters.of(packet_kind::tcp), 9u + 9 + 8 + 1 + 8 + 8);
  EXPECT_EQ(counters.of(packet_kind::fragment), 2u);
  EXPECT_EQ(counters.of(packet_kind::icmpv6), 1u);
  EXPECT_EQ(counters.of(decode_status::not_ip), 1u) << "an ARP packet";
  EXPECT_EQ(counters.of(decode_status::unknown_link_type), 1u) << "of one interface among others";
  EXPECT_EQ(counters.of(malformed_reason::none), counters.packets());
}

} // namespace
} // namespace remora::traffic
