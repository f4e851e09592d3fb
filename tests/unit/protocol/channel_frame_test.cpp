#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/frame.hpp"
#include "protocol/channel/octets.hpp"

namespace {

using namespace remora;
using namespace remora::protocol;

channel_frame full_frame() {
  channel_frame frame;
  frame.incarnation = 5;
  frame.floor = 8;
  frame.asks = true;
  frame.report = channel_report{9, 20, 25, {{27, 27}, {30, 35}}};
  frame.number = 11;
  frame.payload = "hello";
  return frame;
}

struct raw_report {
  std::uint64_t incarnation = 1, confirmed = 0, received = 0;
};

/// A frame written by hand, so that it can say what encode() would not.
struct raw_frame {
  std::uint8_t version = 1, flags = 3, ranges = 0;
  std::uint64_t incarnation = 1, floor = 1;
  raw_report report;
  std::uint32_t missing = 1, held = 1;
  std::uint64_t number = 1;

  std::string bytes() const {
    std::string out;
    put(out, version);
    put(out, flags);
    put(out, ranges);
    put(out, incarnation);
    put(out, floor);
    put(out, report.incarnation);
    put(out, report.confirmed);
    put(out, report.received);
    for (unsigned i = 0; i < ranges; ++i) {
      put(out, missing);
      put(out, held);
    }
    put(out, number);
    return out;
  }
};

template <class Change>
std::string changed(Change change) {
  raw_frame frame;
  change(frame);
  return frame.bytes();
}

TEST(ChannelFrame, ReadsWhatItWrites) {
  const std::string bytes = encode(full_frame()); // the payload points into it
  const auto read = decode_channel_frame(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->incarnation, 5u);
  EXPECT_EQ(read->floor, 8u);
  EXPECT_TRUE(read->asks);
  EXPECT_EQ(read->number, 11u);
  EXPECT_EQ(read->payload, "hello");
  ASSERT_TRUE(read->report);
  EXPECT_EQ(read->report->incarnation, 9u);
  EXPECT_EQ(read->report->confirmed, 20u);
  EXPECT_EQ(read->report->received, 25u);
  ASSERT_EQ(read->report->held.size(), 2u);
  EXPECT_EQ(read->report->held[0].first, 27u);
  EXPECT_EQ(read->report->held[0].last, 27u);
  EXPECT_EQ(read->report->held[1].first, 30u);
  EXPECT_EQ(read->report->held[1].last, 35u);
}

TEST(ChannelFrame, HasTheBytesThatTheHeaderPromises) {
  channel_frame frame;
  frame.incarnation = 0x0102;
  frame.floor = 3;
  frame.number = 4;
  frame.payload = "x";
  const std::string_view expected{
      "\1\1\0"
      "\0\0\0\0\0\0\1\2"
      "\0\0\0\0\0\0\0\3"
      "\0\0\0\0\0\0\0\4"
      "x",
      28};
  EXPECT_EQ(encode(frame), expected);
}

TEST(ChannelFrame, IsRefusedWhereverItIsCutOff) {
  channel_frame frame = full_frame();
  frame.payload = {};
  const std::string bytes = encode(frame);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_channel_frame(bytes.substr(0, size))) << size << " of " << bytes.size() << " bytes";
  }
}

TEST(ChannelFrame, MayCarryAnEmptyMessageOrNone) {
  EXPECT_TRUE(decode_channel_frame(changed([](raw_frame&) {}))->number);
  channel_frame none;
  none.incarnation = 1;
  EXPECT_FALSE(decode_channel_frame(encode(none))->number);
}

TEST(ChannelFrame, ListsNoMoreRangesThanFit) {
  channel_frame frame = full_frame();
  frame.report->held.clear();
  for (std::uint64_t i = 0; i < max_held_ranges + 5; ++i) {
    frame.report->held.push_back({30 + 2 * i, 30 + 2 * i});
  }
  const std::string bytes = encode(frame);
  EXPECT_EQ(decode_channel_frame(bytes)->report->held.size(), max_held_ranges);
  EXPECT_EQ(decode_channel_frame(bytes)->payload, "hello");
}

TEST(ChannelFrame, NamesBothVersionsWhenTheyDiffer) {
  const auto read = decode_channel_frame(changed([](raw_frame& x) { x.version = 2; }));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("version 2"), std::string::npos);
  EXPECT_NE(read.error().message.find("version 1"), std::string::npos);
}

TEST(ChannelFrame, IgnoresFlagsOfLaterVersions) {
  EXPECT_TRUE(decode_channel_frame(changed([](raw_frame& x) { x.flags |= 0xF8; })));
}

constexpr std::uint64_t huge = ~std::uint64_t{0};

struct refusal {
  const char* why;
  void (*change)(raw_frame&);
};

class ChannelFrameRefuses : public ::testing::TestWithParam<refusal> {};

TEST_P(ChannelFrameRefuses, WhatCannotBe) {
  ASSERT_TRUE(decode_channel_frame(changed([](raw_frame&) {}))) << "the frame without the change is fine";
  const auto read = decode_channel_frame(changed(GetParam().change));
  ASSERT_FALSE(read) << GetParam().why;
  EXPECT_EQ(read.error(), errc::invalid_frame);
}

constexpr refusal refusals[] = {
    {"version 0", [](raw_frame& x) { x.version = 0; }},
    {"incarnation 0", [](raw_frame& x) { x.incarnation = 0; }},
    {"an incarnation above the limit", [](raw_frame& x) { x.incarnation = max_stream_number + 1; }},
    {"the highest incarnation of all", [](raw_frame& x) { x.incarnation = huge; }},
    {"floor 0", [](raw_frame& x) { x.floor = 0; }},
    {"a floor above the limit", [](raw_frame& x) { x.floor = x.number = max_stream_number + 2; }},
    {"a number below the floor", [](raw_frame& x) { x.floor = 2; }},
    {"number 0", [](raw_frame& x) { x.number = 0; }},
    {"a number above the limit", [](raw_frame& x) { x.number = max_stream_number + 1; }},
    {"the highest number of all", [](raw_frame& x) { x.number = huge; }},
    {"a report of incarnation 0", [](raw_frame& x) { x.report.incarnation = 0; }},
    {"a report of an incarnation above the limit", [](raw_frame& x) { x.report.incarnation = huge; }},
    {"more confirmed than received", [](raw_frame& x) { x.report.confirmed = 1; }},
    {"received above the limit", [](raw_frame& x) { x.report.received = huge; }},
    {"a range without a gap", [](raw_frame& x) { x.ranges = 1, x.missing = 0; }},
    {"an empty range", [](raw_frame& x) { x.ranges = 1, x.held = 0; }},
    {"a range that passes the limit",
     [](raw_frame& x) { x.ranges = 1, x.report.received = max_stream_number - 1; }},
    {"ranges whose sum passes the limit",
     [](raw_frame& x) {
       x.ranges = 32, x.missing = x.held = ~0u, x.report.received = max_stream_number - 99;
     }},
    {"too many ranges", [](raw_frame& x) { x.ranges = 33; }},
    {"ranges without a report", [](raw_frame& x) { x.flags = 1, x.ranges = 1; }},
    {"bytes that belong to nothing", [](raw_frame& x) { x.flags = 2; }},
};

INSTANTIATE_TEST_SUITE_P(Table, ChannelFrameRefuses, ::testing::ValuesIn(refusals));

} // namespace
