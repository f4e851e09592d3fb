#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tcp_conversation.hpp"
#include "tests/unit/traffic/decode_it.hpp"
#include "traffic/flow/flow_table.hpp"

namespace remora::traffic {

/// What was heard of one flow.
struct heard_flow {
  flow_info info;
  bool has_consumer = false;
  /// What each direction said, with "[n]" for a gap of n bytes. UDP: datagrams end with "|".
  std::array<std::string, 2> text;
  std::array<std::vector<stream_end>, 2> ends; ///< UDP: in the first.
  std::array<std::vector<timestamp>, 2> times; ///< Of calls that brought bytes or gaps.
  std::vector<flow_totals> closed;
  std::uint64_t received = 0; ///< Bytes.
  const std::uint8_t* last_bytes = nullptr;

  const std::string& client() const { return text[0]; }
  const std::string& server() const { return text[1]; }
};

/// Writes down what happens; tests say how it answers.
class recorder : public flow_observer {
 public:
  bool wants_streams = true;
  interest answer = interest::bytes; ///< To every call.
  unsigned alive = 0;                ///< Consumers that exist.
  std::vector<heard_flow> flows;     ///< In the order of their numbers.

  void opened(const flow_info& flow) override {
    ASSERT_EQ(flow.number, flows.size() + 1);
    flows.emplace_back().info = flow;
  }
  std::unique_ptr<stream_consumer> open_stream(const flow_info& flow) override {
    if (!wants_streams) return nullptr;
    of(flow).has_consumer = true;
    return std::make_unique<stream>(*this, flow.number - 1);
  }
  std::unique_ptr<datagram_consumer> open_datagrams(const flow_info& flow) override {
    if (!wants_streams) return nullptr;
    of(flow).has_consumer = true;
    return std::make_unique<datagrams>(*this, flow.number - 1);
  }
  void closed(const flow_info& flow, const flow_totals& totals) override {
    of(flow).closed.push_back(totals);
  }

 private:
  heard_flow& of(const flow_info& flow) { return flows.at(flow.number - 1); }

  class stream : public stream_consumer {
   public:
    stream(recorder& to, std::size_t flow) : to_{to}, flow_{flow} { ++to_.alive; }
    ~stream() override { --to_.alive; }
    interest on_bytes(direction way, byte_view bytes, timestamp time) override {
      EXPECT_FALSE(bytes.empty());
      heard_flow& flow = heard(way, time);
      flow.text[static_cast<std::size_t>(way)].append(bytes.begin(), bytes.end());
      flow.received += bytes.size();
      flow.last_bytes = bytes.data();
      return to_.answer;
    }
    interest on_gap(direction way, std::uint64_t missing, timestamp time) override {
      EXPECT_GT(missing, 0u);
      heard(way, time).text[static_cast<std::size_t>(way)] += "[" + std::to_string(missing) + "]";
      return to_.answer;
    }
    void on_end(direction way, stream_end end, timestamp) override {
      to_.flows.at(flow_).ends[static_cast<std::size_t>(way)].push_back(end);
    }

   private:
    heard_flow& heard(direction way, timestamp time) {
      heard_flow& flow = to_.flows.at(flow_);
      EXPECT_TRUE(flow.ends[static_cast<std::size_t>(way)].empty()) << "bytes behind the end";
      flow.times[static_cast<std::size_t>(way)].push_back(time);
      return flow;
    }
    recorder& to_;
    std::size_t flow_;
  };

  class datagrams : public datagram_consumer {
   public:
    datagrams(recorder& to, std::size_t flow) : to_{to}, flow_{flow} { ++to_.alive; }
    ~datagrams() override { --to_.alive; }
    interest on_datagram(direction way, byte_view payload, std::uint32_t missing, timestamp time) override {
      heard_flow& flow = to_.flows.at(flow_);
      std::string& text = flow.text[static_cast<std::size_t>(way)];
      text.append(payload.begin(), payload.end());
      if (missing != 0) text += "[" + std::to_string(missing) + "]";
      text += "|";
      flow.received += payload.size();
      flow.times[static_cast<std::size_t>(way)].push_back(time);
      return to_.answer;
    }
    void on_end(stream_end end, timestamp) override { to_.flows.at(flow_).ends[0].push_back(end); }

   private:
    recorder& to_;
    std::size_t flow_;
  };
};

/// Expects that the sums of flow_counters hold.
inline void expect_sums(const flow_counters& counters, const std::string& where = "") {
  EXPECT_EQ(counters.tcp_bytes, counters.bytes.sum() + counters.held_bytes) << where;
  EXPECT_EQ(counters.tcp_flows + counters.udp_flows, counters.ended.sum() + counters.open_flows) << where;
  EXPECT_EQ(counters.ended.sum(), counters.errors.sum()) << where;
  EXPECT_EQ(counters.udp_bytes, counters.udp_delivered_bytes + counters.udp_unwanted_bytes) << where;
}

/// A conversation of another client port.
inline test::tcp_conversation from_port(unsigned port, unsigned server_port = 80) {
  test::conversation_style style;
  style.client_port = static_cast<std::uint16_t>(port);
  style.server_port = static_cast<std::uint16_t>(server_port);
  return test::tcp_conversation{style};
}

/// A table, what it told, and a clock that tests move on.
class flow_scene : public ::testing::Test {
 public:
  ~flow_scene() override {
    expect_sums(table->counters());
    table->finish(now);
    expect_sums(table->counters());
    EXPECT_EQ(table->counters().open_flows, 0u);
    EXPECT_EQ(table->counters().lingering_flows, 0u);
    EXPECT_EQ(table->counters().held_bytes, 0u);
    EXPECT_EQ(table->counters().held_memory, 0u);
    EXPECT_EQ(heard.alive, 0u);
    for (const heard_flow& flow : heard.flows) {
      EXPECT_EQ(flow.closed.size(), 1u) << "of flow " << flow.info.number;
    }
  }

 protected:
  using side = test::side;

  void set_limits(const flow_limits& limits) { table = std::make_unique<flow_table>(limits, heard); }

  /// `lost`: how many bytes at the end of the frame were not captured.
  packet_flow give(const test::bytes& frame, std::size_t lost = 0) {
    kept = head(frame, frame.size() - lost);
    return table->on_packet(decode_as(link_type::ethernet, kept), now);
  }
  void give(const std::vector<test::bytes>& frames) {
    for (const test::bytes& frame : frames) {
      give(frame);
    }
  }
  void handshake() { give(talk.handshake()); }
  void say(side from, const std::string& what) { give(talk.data(from, test::text(what))); }
  void say_at(side from, std::uint32_t offset, const std::string& what) {
    give(talk.at(from, offset, test::text(what)));
  }
  void wait(nanoseconds time) { now += time; }
  void pass(nanoseconds time) {
    now += time;
    table->advance(now);
  }

  heard_flow& flow(std::size_t number = 1) { return heard.flows.at(number - 1); }
  const flow_counters& counters() const { return table->counters(); }

  recorder heard;
  std::unique_ptr<flow_table> table = std::make_unique<flow_table>(flow_limits{}, heard);
  test::tcp_conversation talk;
  test::bytes kept; ///< The frame of the last packet.
  timestamp now = from_unix_ns(1'700'000'000'000'000'000);
};

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::flag::ack;
using test::flag::fin;
using test::flag::rst;
using test::flag::syn;

} // namespace remora::traffic
