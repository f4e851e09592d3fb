#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "actors/session/envelope.hpp"
#include "actors/session/hub_sessions.hpp"
#include "actors/session/worker_session.hpp"

// The two ends of a session with owners that write down what they hear and transports that keep what they are
// given, so that a test is the network and the time.
namespace remora::test {

inline constexpr protocol::moment start_of_test{std::chrono::hours{1}};

/// The frame in which an unnumbered or logged message travels.
inline std::string frame_of(const protocol::message& what) {
  const auto bytes = protocol::encode(what);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return session::wrap(session::frame_kind::message, bytes.value_or(""));
}

/// The same, as another major version of the link would write it.
inline std::string frame_of_other_version(const protocol::message& what) {
  std::string frame = frame_of(what);
  const auto at = frame.find("av\x82\x01"); // text of one character, "v", list of two, major
  EXPECT_NE(at, std::string::npos);
  frame.at(at + 3) = 2;
  return frame;
}

/// A message of a type that only a newer minor version knows; of the length of "hello".
inline std::string frame_of_unknown_type(protocol::message hello) {
  std::string frame = frame_of(hello);
  frame.replace(frame.find("hello"), 5, "novel");
  return frame;
}

/// "job_order 7", "lines_dropped 3", the type alone for others.
inline std::string describe(const protocol::message& what) {
  std::string out{protocol::facts(what).type};
  if (const auto* order = std::get_if<protocol::job_order>(&what)) out += ' ' + std::to_string(order->id);
  if (const auto* lines = std::get_if<protocol::lines_dropped>(&what))
    out += ' ' + std::to_string(lines->count);
  return out;
}

/// What a frame is: the message, "C" for a frame of the channel.
inline std::string describe_frame(std::string_view bytes) {
  const auto frame = session::open(bytes);
  if (!frame) return "malformed";
  if (frame->kind == session::frame_kind::channel) return "C";
  const auto what = protocol::decode(frame->body);
  return what ? describe(*what) : what.error().message;
}

inline protocol::lines_dropped record(std::uint64_t id) { return {"s", id}; }
inline protocol::job_order order(std::uint64_t id) {
  return {id, protocol::job_action::run, "s", "t", false};
}
inline protocol::hello who(const std::string& node, std::uint64_t incarnation) {
  protocol::hello out;
  out.node = node;
  out.software = "1.2.3";
  out.incarnation = incarnation;
  return out;
}

inline std::uint64_t sum_of_frames(const session::session_counters& n) {
  return n.unnumbered + n.channel_frames + n.malformed + n.misdirected + n.other_version + n.unknown +
         n.unexpected;
}

class worker_end : public session::worker_transport, public session::worker_session_owner {
 public:
  std::vector<std::string> sent;  ///< Frames that wait to be carried.
  std::vector<std::string> heard; ///< What the owner was told.
  std::vector<protocol::stream_position> open;
  std::function<void(const protocol::message&, protocol::stream_position)> on_received;

  void send(std::string_view bytes) override { sent.emplace_back(bytes); }
  void welcomed(const protocol::welcome& by, bool new_life) override {
    heard.push_back("welcomed by " + std::to_string(by.epoch) + (new_life ? " anew" : " again"));
  }
  void refused(const std::string& reason) override { heard.push_back("refused: " + reason); }
  void lost() override { heard.emplace_back("lost"); }
  void generation_is(std::uint64_t generation) override {
    heard.push_back("generation " + std::to_string(generation));
  }
  void received(const protocol::message& what, protocol::stream_position at) override {
    heard.push_back(describe(what));
    open.push_back(at);
    if (on_received) on_received(what, at);
  }
  void acknowledged(std::uint64_t number) override {
    heard.push_back("acknowledged " + std::to_string(number));
  }
  void has_room() override { heard.emplace_back("room"); }
  void said(const protocol::message& what) override { heard.push_back("said " + describe(what)); }
  protocol::heartbeat describe_health() override { return {}; }

  std::vector<std::string> take_heard() { return std::exchange(heard, {}); }
  std::vector<std::string> take_sent() {
    std::vector<std::string> out;
    for (const auto& frame : std::exchange(sent, {}))
      out.push_back(describe_frame(frame));
    return out;
  }
};

class hub_end : public session::hub_transport, public session::hub_sessions_owner {
 public:
  struct mail {
    std::string node;
    std::string bytes;
  };
  std::vector<mail> sent;
  std::vector<std::string> published;
  std::vector<std::string> heard;
  std::vector<std::pair<std::string, protocol::stream_position>> open;
  std::optional<std::string> refuses_with;
  std::uint64_t generation = 0;
  std::function<void(const std::string&, const protocol::message&, protocol::stream_position)> on_received;
  std::function<void(const std::string&)> on_joined;
  std::function<void(const std::string&, session::departure)> on_left;

  void send(const std::string& node, std::string_view bytes) override {
    sent.push_back({node, std::string{bytes}});
  }
  void publish(std::string_view bytes) override { published.emplace_back(bytes); }

  result<protocol::welcome> greet(const std::string&, const protocol::hello&) override {
    if (refuses_with) return fail(errc::invalid_usage, *refuses_with);
    protocol::welcome out;
    out.software = "1.2.4";
    out.generation = generation;
    return out;
  }
  void joined(const std::string& node, const std::string& address, const protocol::hello& who,
              bool new_life) override {
    heard.push_back(node + " joined from " + address + " as " + std::to_string(who.incarnation) +
                    (new_life ? " anew" : " again"));
    if (on_joined) on_joined(node);
  }
  void left(const std::string& node, session::departure why) override {
    heard.push_back(node + " left: " + std::string{to_string(why)});
    if (on_left) on_left(node, why);
  }
  void heartbeat(const std::string& node, const protocol::heartbeat&) override {
    heard.push_back(node + " beats");
  }
  void said(const std::string& node, const protocol::message& what) override {
    heard.push_back(node + " said " + describe(what));
  }
  void received(const std::string& node, const protocol::message& what,
                protocol::stream_position at) override {
    heard.push_back(node + " sent " + describe(what));
    open.emplace_back(node, at);
    if (on_received) on_received(node, what, at);
  }
  void has_room(const std::string& node) override { heard.push_back(node + " has room"); }
  protocol::hub_heartbeat describe_health() override { return {0, {}, generation}; }

  std::vector<std::string> take_heard() { return std::exchange(heard, {}); }
  std::vector<std::string> take_sent() {
    std::vector<std::string> out;
    for (const auto& one : std::exchange(sent, {}))
      out.push_back(one.node + ": " + describe_frame(one.bytes));
    return out;
  }
};

} // namespace remora::test
