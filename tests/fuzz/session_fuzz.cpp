#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/session/envelope.hpp"
#include "actors/session/hub_sessions.hpp"
#include "actors/session/worker_session.hpp"
#include "base/log.hpp"
#include "protocol/channel/frame.hpp"

// Input: a sequence of operations on a hub and a worker of it that talk to each other, while somebody
// changes, repeats, drops and invents what they say. Whatever comes: every frame is counted once, joined()
// and left() alternate, time moves on, and what is kept stays within the settings.

namespace {

using namespace remora;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Operands: what is not there is 0.
class tape {
 public:
  tape(const std::uint8_t* data, std::size_t size) : data_{data}, left_{size} {}
  bool empty() const noexcept { return left_ == 0; }
  std::uint8_t next() noexcept {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  std::string bytes() {
    const std::size_t size = std::min<std::size_t>(next(), left_);
    // libFuzzer's bytes are unsigned, a frame's are characters.
    std::string out{reinterpret_cast<const char*>(data_), size};
    data_ += size;
    left_ -= size;
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

const std::string node = "n";

struct hub_side : session::hub_transport, session::hub_sessions_owner {
  std::deque<std::string> out;
  std::optional<protocol::stream_position> last;
  bool is_here = false;

  void send(const std::string&, std::string_view bytes) override { out.emplace_back(bytes); }
  void publish(std::string_view) override {}
  result<protocol::welcome> greet(const std::string&, const protocol::hello& who) override {
    if (who.generation % 5 == 4) return fail(errc::invalid_usage, "not this one");
    return protocol::welcome{};
  }
  void joined(const std::string&, const std::string&, const protocol::hello&, bool) override {
    require(!std::exchange(is_here, true));
  }
  void left(const std::string&, session::departure) override { require(std::exchange(is_here, false)); }
  void heartbeat(const std::string&, const protocol::heartbeat&) override { require(is_here); }
  void said(const std::string&, const protocol::message&) override { require(is_here); }
  void received(const std::string&, const protocol::message& what, protocol::stream_position at) override {
    require(protocol::facts(what).by == protocol::delivery::numbered);
    require(protocol::facts(what).from == protocol::side::worker);
    last = at;
  }
  void has_room(const std::string&) override {}
  protocol::hub_heartbeat describe_health() override { return {}; }
};

struct worker_side : session::worker_transport, session::worker_session_owner {
  std::deque<std::string> out;
  std::optional<protocol::stream_position> last;
  std::uint64_t acknowledged_through = 0;
  bool is_welcome = false;

  void send(std::string_view bytes) override { out.emplace_back(bytes); }
  void welcomed(const protocol::welcome&, bool) override { is_welcome = true; }
  void refused(const std::string&) override { require(!is_welcome); }
  void lost() override { require(std::exchange(is_welcome, false)); }
  void generation_is(std::uint64_t) override { require(is_welcome); }
  void received(const protocol::message& what, protocol::stream_position at) override {
    require(protocol::facts(what).by == protocol::delivery::numbered);
    require(protocol::facts(what).from == protocol::side::hub);
    last = at;
  }
  void acknowledged(std::uint64_t number) override {
    require(number > std::exchange(acknowledged_through, number));
  }
  void has_room() override {}
  protocol::heartbeat describe_health() override { return {}; }
};

protocol::channel_settings small_settings() {
  protocol::channel_settings out;
  out.payload_bytes = 200;
  out.window_messages = 6;
  out.window_bytes = 600;
  out.receive_messages = 7;
  out.receive_bytes = 600;
  return out;
}
session::hub_session_settings hub_settings() {
  session::hub_session_settings out;
  out.epoch = 2;
  out.channel = small_settings();
  out.most_nodes = 1;
  return out;
}
session::worker_session_settings worker_settings() {
  session::worker_session_settings out;
  out.channel = small_settings();
  return out;
}
protocol::hello who(std::uint8_t incarnation, std::uint8_t generation) {
  protocol::hello out;
  out.node = node;
  out.incarnation = incarnation;
  out.generation = generation;
  return out;
}

class machine {
 public:
  void step(tape& in) {
    switch (in.next() % 12) {
      case 0:
        hub_.connected(node, "a", now_);
        break;
      case 1:
        hub_.disconnected(node, now_);
        break;
      case 2:
        worker_.connected(now_);
        worker_.subscribed(now_);
        break;
      case 3:
        worker_.disconnected();
        at_worker_.is_welcome = false;
        break;
      case 4:
        now_ += milliseconds{in.next() * 16};
        hub_.tick(now_);
        worker_.tick(now_);
        break;
      case 5:
        send(in);
        break;
      case 6:
        confirm(in);
        break;
      case 7:
        say(in);
        break;
      case 8:
        invent(in);
        break;
      default:
        carry(in);
        break;
    }
    check();
  }

 private:
  void send(tape& in) {
    const std::uint8_t size = in.next();
    const std::string text(size, 't');
    if (size % 2 == 0) {
      static_cast<void>(hub_.send(node, protocol::job_order{1, {}, text, "", false}, now_));
    } else {
      static_cast<void>(worker_.send(protocol::lines_dropped{text, 1}, now_));
    }
  }
  void confirm(tape& in) {
    const std::uint8_t which = in.next();
    if (which >= 0x80) { // what may never have been handed out
      hub_.confirm(node, {in.next(), in.next()}, now_);
      worker_.confirm({in.next(), in.next()}, now_);
    } else if (which % 2 == 0 && at_hub_.last) {
      hub_.confirm(node, *at_hub_.last, now_);
    } else if (at_worker_.last) {
      worker_.confirm(*at_worker_.last, now_);
    }
  }
  void say(tape& in) {
    switch (in.next() % 4) {
      case 0:
        worker_.say(protocol::fetch_deployment{}, now_);
        break;
      case 1:
        if (worker_.say(protocol::goodbye{}, now_)) at_worker_.is_welcome = false;
        break;
      case 2:
        worker_.set_generation(in.next());
        break;
      default:
        static_cast<void>(hub_.publish(protocol::deployment_changed{in.next()}));
        break;
    }
  }
  /// Well-formed messages at the wrong time, frames of a channel that nearly fit, and bytes.
  void invent(tape& in) {
    const std::uint8_t what = in.next();
    protocol::message made;
    switch (what % 6) {
      case 0:
        made = who(in.next(), in.next());
        break;
      case 1:
        made = protocol::welcome{"", in.next(), 1, milliseconds{in.next() * 100}, {}, in.next()};
        break;
      case 2:
        made = protocol::refused{in.bytes()};
        break;
      case 3:
        made = protocol::hub_heartbeat{in.next(), {}, in.next()};
        break;
      case 4:
        made = protocol::goodbye{};
        break;
      default:
        return give(what, make_frame(in));
    }
    give(what, session::wrap(session::frame_kind::message, protocol::encode(made).value_or("")));
  }
  static std::string make_frame(tape& in) {
    const std::uint8_t kind = in.next();
    if (kind < 0x60) return in.bytes();
    if (kind < 0x90) return session::wrap(static_cast<session::frame_kind>("MCLQ"[kind % 4]), in.bytes());
    protocol::channel_frame frame;
    const std::uint64_t base = kind % 2 == 0 ? 0 : 2u << 20;
    frame.incarnation = 1 + base + in.next();
    frame.floor = 1 + in.next() % 4;
    frame.asks = kind % 3 == 0;
    const std::uint64_t through = in.next() % 8;
    if (kind % 5 == 0) frame.report = protocol::channel_report{base + in.next(), through, through, {}};
    frame.number = frame.floor + in.next() % 8;
    const auto payload = in.bytes();
    frame.payload = payload;
    return session::wrap(session::frame_kind::channel, encode(frame));
  }
  void give(std::uint8_t to, const std::string& frame) {
    if (to < 0x60) {
      hub_.receive(node, frame, now_);
      ++given_to_hub_;
    } else if (to < 0xC0) {
      worker_.receive(frame, now_);
      ++given_to_worker_;
    } else {
      worker_.receive_published(frame, now_);
      ++given_to_worker_;
    }
  }
  /// The oldest frame that waits, as it is, changed, twice or not at all.
  void carry(tape& in) {
    const std::uint8_t how = in.next();
    auto& queue = how % 2 == 0 ? at_hub_.out : at_worker_.out;
    if (queue.empty()) return;
    std::string frame = std::move(queue.front());
    queue.pop_front();
    if (how >= 0xF0) return;
    if (how >= 0xD0 && !frame.empty()) {
      const std::size_t at = in.next() % frame.size();
      frame[at] = static_cast<char>(in.next());
    }
    for (int times = how >= 0xC0 && how < 0xD0 ? 2 : 1; times > 0; --times)
      give(how % 2 == 0 ? 0x60 : 0, frame);
  }

  void check() {
    require(hub_.counters().received == given_to_hub_ && sum(hub_.counters()) == given_to_hub_);
    require(worker_.counters().received == given_to_worker_ && sum(worker_.counters()) == given_to_worker_);
    require(hub_.is_here(node) == at_hub_.is_here);
    require(worker_.is_welcome() == at_worker_.is_welcome);
    require(hub_.unacknowledged(node) <= 6);
    require(hub_.nodes().size() <= 1);
    for (int ticks = 0; hub_.next_deadline().value_or(protocol::moment::max()) <= now_; ++ticks) {
      require(ticks < 2);
      hub_.tick(now_);
    }
    for (int ticks = 0; worker_.next_deadline().value_or(protocol::moment::max()) <= now_; ++ticks) {
      require(ticks < 2);
      worker_.tick(now_);
    }
    while (at_hub_.out.size() > 64)
      at_hub_.out.pop_front();
    while (at_worker_.out.size() > 64)
      at_worker_.out.pop_front();
  }
  static std::uint64_t sum(const session::session_counters& n) {
    return n.unnumbered + n.channel_frames + n.malformed + n.misdirected + n.other_version + n.unknown +
           n.unexpected;
  }

  protocol::moment now_{std::chrono::hours{1}};
  hub_side at_hub_;
  worker_side at_worker_;
  session::hub_sessions hub_{hub_settings(), at_hub_, at_hub_};
  session::worker_session worker_{who(5, 0), worker_settings(), at_worker_, at_worker_};
  std::uint64_t given_to_hub_ = 0;
  std::uint64_t given_to_worker_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  log::configure(log::level::off, log::format::text);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tape in{data, size};
  machine one;
  for (unsigned steps = 0; !in.empty() && steps < 2000; ++steps) {
    one.step(in);
  }
  return 0;
}
