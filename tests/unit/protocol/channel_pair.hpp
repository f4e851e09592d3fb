#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/channel/channel.hpp"
#include "protocol/channel/frame.hpp"

namespace remora::test {

/// Two endpoints whose frames a test carries by hand, at a time that it says.
struct channel_pair : ::testing::Test {
  using moment = protocol::moment;
  using frames = std::vector<std::string>;

  static protocol::channel_settings small() {
    protocol::channel_settings out;
    out.payload_bytes = 100;
    out.window_messages = 8;
    out.window_bytes = 400;
    out.receive_messages = 8;
    out.receive_bytes = 500;
    out.burst = 4;
    return out;
  }

  void SetUp() override {
    hub.connected(now);
    worker.connected(now);
    settle();
  }

  /// All frames that are due.
  frames drain(protocol::channel& from) const {
    frames out;
    while (auto frame = from.poll(now))
      out.push_back(*frame);
    return out;
  }
  void bring(const frames& what, protocol::channel& to) const {
    for (const std::string& frame : what)
      ASSERT_TRUE(to.receive(frame, now));
  }
  /// Carries frames both ways, without delay, until nobody has one that is due.
  void settle() {
    for (bool any = true; any;) {
      const frames down = drain(hub);
      const frames up = drain(worker);
      bring(down, worker);
      bring(up, hub);
      any = !down.empty() || !up.empty();
    }
  }
  void pass(milliseconds time) { now += time; }
  /// Time passes until an acknowledgement that may wait no longer waits.
  void settle_acks() {
    pass(milliseconds{20});
    settle();
  }

  /// The payloads that are handed out, all at once; the last position is kept.
  frames take(protocol::channel& from) {
    frames out;
    while (auto message = from.next_message()) {
      out.push_back(message->payload);
      last = message->at;
    }
    return out;
  }
  static std::vector<std::uint64_t> numbers(const frames& what) {
    std::vector<std::uint64_t> out;
    for (const std::string& bytes : what) {
      if (const auto frame = protocol::decode_channel_frame(bytes); frame && frame->number)
        out.push_back(*frame->number);
    }
    return out;
  }

  moment now{std::chrono::hours{1}};
  protocol::stream_position last;
  protocol::channel hub{10, small()};
  protocol::channel worker{20, small()};
};

} // namespace remora::test
