#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"
#include "traffic/capture/packet_source.hpp"

namespace remora::traffic {
namespace {

using namespace test; // NOLINT(google-build-using-namespace): frames are built from many small pieces
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CaptureFilter, IsAcceptedWhenItCompiles) {
  for (const char* text : {"", "tcp", "tcp port 80 and host 192.0.2.1", "ip6 and not icmp6", "vlan 7"}) {
    EXPECT_TRUE(check_filter(text)) << text;
  }
}

TEST(CaptureFilter, ThatIsMalformedIsRefusedWithItsTextAndTheReason) {
  const auto checked = check_filter("tcp prt 80");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, errc::invalid_filter);
  EXPECT_THAT(checked.error().message,
              AllOf(HasSubstr("capture filter \"tcp prt 80\": "), HasSubstr("syntax error")));
}

TEST(CaptureFilter, MayHaveFourKibibytes) {
  std::string text = "tcp";
  while (text.size() + 7 <= max_filter_bytes) {
    text += " or tcp";
  }
  EXPECT_TRUE(check_filter(text));
  text.resize(max_filter_bytes + 1, ' ');
  const auto checked = check_filter(text);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("is longer than 4096 bytes"));
  EXPECT_LT(checked.error().message.size(), 400u);
}

TEST(CaptureFilter, IsNotCutOffAtANulCharacter) {
  EXPECT_FALSE(check_filter(std::string{"tcp\0garbage", 11}));
}

bytes mixed_file() {
  return pcap_writer{}
      .packet(1, ethernet(ether_ipv4, ipv4({6}, tcp({}, filler(10)))))
      .packet(2, ethernet(ether_ipv4, ipv4({17}, udp({}, filler(10)))))
      .packet(3, ethernet(ether_arp, filler(28)))
      .content();
}

reading filtered(const std::vector<bytes>& files, const std::string& filter) {
  memory_options options;
  options.filter = filter;
  return read_memory(files, options);
}

TEST(CaptureFilter, LeavesOutPacketsOfAFileAndCountsThem) {
  const auto got = filtered({mixed_file()}, "udp port 53");
  ASSERT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.frames[0].time_ns, 0); // microseconds
  EXPECT_EQ(got.counters.received, 3u);
  EXPECT_EQ(got.counters.filtered_out, 2u);
}

TEST(CaptureFilter, ReadsEachLinkTypeItsOwnWay) {
  const bytes packet = ipv4({17}, udp({}, filler(10)));
  pcapng_writer file;
  file.interface({1, 0, {}, {}, ""}).interface({101, 0, {}, {}, ""}).interface({113, 0, {}, {}, ""});
  file.interface({276, 0, {}, {}, ""}).interface({228, 0, {}, {}, ""}).interface({0, 0, {}, {}, ""});
  file.enhanced_packet(0, 1, ethernet(ether_ipv4, packet)).enhanced_packet(1, 2, packet);
  file.enhanced_packet(2, 3, linux_cooked(ether_ipv4, packet))
      .enhanced_packet(3, 4, linux_cooked2(ether_ipv4, packet));
  file.enhanced_packet(4, 5, packet).enhanced_packet(5, 6, bsd_loopback(2, byte_order::little, packet));
  EXPECT_EQ(filtered({file.content()}, "udp port 53").frames.size(), 6u);
  EXPECT_EQ(filtered({file.content()}, "tcp").frames.size(), 0u);
}

TEST(CaptureFilter, DoesNotHoldForALinkTypeItMakesNoSenseFor) {
  pcapng_writer file;
  file.interface({1, 0, {}, {}, ""}).interface({101, 0, {}, {}, ""}).interface({195, 0, {}, {}, ""});
  file.enhanced_packet(0, 1, ethernet(ether_ipv4, ipv4({17}, udp({}, {}))));
  file.enhanced_packet(1, 2, ipv4({17}, udp({}, {}))).enhanced_packet(2, 3, filler(40));
  const auto got = filtered({file.content()}, "ether src 02:00:00:00:00:01");
  EXPECT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.counters.filtered_out, 2u);
}

TEST(CaptureFilter, IsRefusedWhenItMakesNoSenseForTheFile) {
  pcap_style style;
  style.link = 101;
  const auto got =
      filtered({pcap_writer{style}.packet(1, filler(20)).content()}, "ether host 02:00:00:00:00:01");
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::invalid_filter);
}

TEST(CaptureFilter, IsCheckedAlsoWhenThereAreNoPackets) {
  const auto got = filtered({pcap_writer{}.content()}, "tcp prt 80");
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::invalid_filter);
}

TEST(CaptureFilter, ThatRefusesEverythingStillReturnsNowAndThen) {
  pcap_writer file;
  for (int i = 0; i < 100; ++i) {
    file.packet(i, ethernet(ether_arp, filler(28)));
  }
  std::vector<named_bytes> sources;
  sources.push_back({"a", make_memory_source(byte_view{file.content().data(), file.content().size()})});
  auto source = open_byte_sources(std::move(sources), "tcp", 1u << 20);
  ASSERT_TRUE(source);
  keeping_handler handler;
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::more);
  EXPECT_EQ((*source)->counters().filtered_out, 10u);
}

} // namespace
} // namespace remora::traffic
