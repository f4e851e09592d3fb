#include "cli/summary_text.hpp"

#include <gmock/gmock.h>

namespace remora::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

traffic::decoded_packet packet(traffic::packet_kind kind,
                               traffic::decode_status status = traffic::decode_status::ok,
                               traffic::malformed_reason reason = traffic::malformed_reason::none) {
  traffic::decoded_packet out{};
  out.kind = kind;
  out.status = status;
  out.reason = reason;
  return out;
}

worker::run_report three_packets() {
  worker::run_report report;
  report.packets = 3;
  report.bytes = 1'234;
  report.source.received = 3;
  report.decoded.add(packet(traffic::packet_kind::tcp));
  report.decoded.add(packet(traffic::packet_kind::tcp));
  report.decoded.add(packet(traffic::packet_kind::udp));
  report.run_time = std::chrono::minutes{90};
  report.wall_time = std::chrono::milliseconds{500};
  return report;
}

TEST(SummaryText, PutsTheNumbersBelowEachOther) {
  auto report = three_packets();
  report.scripts.resize(1);
  report.scripts[0].hook_calls = 3;
  EXPECT_EQ(summary_text(report, {true, false}),
            "packets         3 (1.2 kB)\n"
            "protocols       tcp 2, udp 1\n"
            "hook calls      3\n"
            "script errors   0\n"
            "dropped         nothing\n"
            "time            0.500 s, 6 packets a second; the capture spans 1h30m\n");
}

TEST(SummaryText, RoundsALongSpanToSecondsAndAShortOneToMilliseconds) {
  auto report = three_packets();
  report.run_time = nanoseconds{61'999'999'999};
  EXPECT_THAT(summary_text(report, {true, false}), HasSubstr("spans 1m1s\n"));
  report.run_time = nanoseconds{1'234'567'890};
  EXPECT_THAT(summary_text(report, {true, false}), HasSubstr("spans 1s234ms\n"));
  report.run_time = nanoseconds{890};
  EXPECT_THAT(summary_text(report, {true, false}), HasSubstr("spans 890ns\n"));
}

TEST(SummaryText, LeavesTheSpanAwayWhenCapturingLive) {
  EXPECT_THAT(summary_text(three_packets(), {false, false}), Not(HasSubstr("spans")));
}

TEST(SummaryText, AccountsForPacketsThatWereFilteredOut) {
  auto report = three_packets();
  report.source.received = 10;
  report.source.filtered_out = 7;
  EXPECT_THAT(summary_text(report, {}), HasSubstr("3 (1.2 kB); 7 of 10 received were filtered out\n"));
}

TEST(SummaryText, SaysHowFarDecodingCameAndWhy) {
  auto report = three_packets();
  report.decoded.add(packet(traffic::packet_kind::not_ip)); // ARP and the like: nothing is wrong with it
  report.decoded.add(packet(traffic::packet_kind::not_ip, traffic::decode_status::truncated_network));
  report.decoded.add(packet(traffic::packet_kind::other_ip, traffic::decode_status::malformed_network,
                            traffic::malformed_reason::bad_total_length));
  const std::string text = summary_text(report, {});
  EXPECT_THAT(text, HasSubstr("protocols       tcp 2, udp 1, other ip 1, not ip 2\n"));
  EXPECT_THAT(text,
              HasSubstr("not decoded     truncated network 1, malformed network 1; malformed: bad total "
                        "length 1\n"));
}

TEST(SummaryText, NamesEveryLossWithItsReason) {
  auto report = three_packets();
  report.source.kernel_dropped = 12;
  report.source.interface_dropped = 1;
  report.scripts.resize(3);
  report.scripts[0].title = "slow";
  report.scripts[0].dropped_events = 20;
  report.scripts[0].dropped_lines = 1;
  report.scripts[1].title = "fine";
  report.scripts[2].title = "hung";
  report.scripts[2].suspensions = 2;
  report.scripts[2].stuck = true;
  EXPECT_THAT(summary_text(report, {}),
              HasSubstr("dropped         12 packets by the kernel, whose buffer was full\n"
                        "                1 packet by the interface\n"
                        "                [slow] 20 packets, 1 line\n"
                        "                [hung] suspended 2 times, its engine is stuck and was given up\n"));
}

TEST(SummaryText, ColoursOnlyWhatAPersonShouldLookAt) {
  auto report = three_packets();
  report.scripts.resize(1);
  report.scripts[0].errors = 1;
  EXPECT_THAT(summary_text(report, {true, true}), HasSubstr("\x1b[31mscript errors   1\x1b[0m\n"));
  EXPECT_THAT(summary_text(report, {true, false}), Not(HasSubstr("\x1b")));
}

TEST(SummaryText, StaysSensibleWhenNothingHappened) {
  EXPECT_EQ(summary_text({}, {true, false}),
            "packets         0 (0 bytes)\n"
            "hook calls      0\n"
            "script errors   0\n"
            "dropped         nothing\n"
            "time            0.000 s\n");
}

TEST(HumanSize, UsesTheUnitThatFits) {
  EXPECT_EQ(human_size(1), "1 byte");
  EXPECT_EQ(human_size(999), "999 bytes");
  EXPECT_EQ(human_size(1'000), "1.0 kB");
  EXPECT_EQ(human_size(999'949), "999.9 kB");
  EXPECT_EQ(human_size(999'950), "1.0 MB");
  EXPECT_EQ(human_size(UINT64_MAX), "18.4 EB");
}

} // namespace
} // namespace remora::cli
