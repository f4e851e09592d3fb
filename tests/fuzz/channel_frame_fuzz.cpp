#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/channel/channel.hpp"
#include "protocol/channel/log_follower.hpp"

// Input: a sequence of operations on one end of a channel and on one follower, with what a peer may send:
// frames made of small numbers that fit the state nearly or exactly, and raw bytes. Whatever comes, memory
// stays within the settings, the counters add up, messages come in ascending order, and poll() comes to an
// end.

namespace {

using namespace remora;
using namespace remora::protocol;

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
  /// Mostly small, sometimes at the edges of what numbers can be.
  std::uint64_t number() noexcept {
    const std::uint8_t octet = next();
    if (octet < 0xF0) return octet % 24;
    switch (octet & 3) {
      case 0:
        return max_stream_number - (next() % 4);
      case 1:
        return ~std::uint64_t{0} - next();
      case 2:
        return std::uint64_t{next()} << (next() % 64);
      default:
        return max_stream_number + (next() % 3);
    }
  }
  std::string_view bytes() noexcept {
    const std::size_t size = std::min<std::size_t>(next(), left_);
    // libFuzzer's bytes are unsigned, a frame's are characters.
    const std::string_view out{reinterpret_cast<const char*>(data_), size};
    data_ += size;
    left_ -= size;
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

channel_settings small_settings() {
  channel_settings out;
  out.payload_bytes = 40;
  out.window_messages = 6;
  out.window_bytes = 150;
  out.receive_messages = 7;
  out.receive_bytes = 160;
  out.burst = 2;
  out.ack_every = 3;
  return out.within_bounds();
}

class machine {
 public:
  void step(tape& in) {
    switch (in.next() % 10) {
      case 0:
        end_.connected(now_);
        break;
      case 1:
        end_.disconnected();
        break;
      case 2:
        end_.send(std::string(in.next() % 48, 'm'));
        break;
      case 3:
        now_ += milliseconds{in.next() * 8};
        break;
      case 4:
        take_messages(in.next());
        break;
      case 5:
        end_.confirm({in.number(), in.number()}, now_);
        break;
      case 6:
        receive(in.bytes());
        break;
      case 7:
        receive(encode(made_frame(in)));
        break;
      case 8:
        follow(encode({static_cast<log_kind>(1 + in.next() % 3), {in.number(), in.number()}, {}}));
        break;
      default:
        in.next() % 4 == 0 ? follower_.demand_snapshot() : follow(std::string{in.bytes()});
        break;
    }
    drain();
    check();
  }

 private:
  static channel_frame made_frame(tape& in) {
    const std::uint8_t flags = in.next();
    channel_frame frame;
    frame.incarnation = 1 + in.number() % (flags < 0x80 ? 2 : max_stream_number);
    frame.floor = flags < 0x40 ? 1 : in.number();
    frame.asks = (flags & 1) != 0;
    if ((flags & 2) != 0) {
      channel_report report{(flags & 8) != 0 ? 5 : in.number(), in.number(), 0, {}};
      report.received = report.confirmed + in.number();
      std::uint64_t last = report.received;
      for (std::uint8_t left = in.next() % 4; left > 0; --left) {
        report.held.push_back({last + 1 + in.number(), 0});
        last = report.held.back().last = report.held.back().first + in.number();
      }
      frame.report = report;
    }
    if ((flags & 4) != 0) {
      frame.number = in.number();
      frame.payload = in.bytes();
    }
    return frame;
  }

  void receive(std::string_view bytes) {
    const auto before = end_.counters();
    const auto frame = decode_channel_frame(bytes);
    const bool taken = end_.receive(bytes, now_).has_value();
    const auto& after = end_.counters();
    require(taken || after.refused_frames == before.refused_frames + 1);
    require(frame.has_value() || !taken);
    const std::uint64_t judged = after.accepted + after.duplicates + after.dropped_beyond +
                                 after.dropped_full - before.accepted - before.duplicates -
                                 before.dropped_beyond - before.dropped_full;
    const bool stale = after.stale_frames != before.stale_frames;
    require(judged == (taken && !stale && frame->number ? 1 : 0));
  }

  void take_messages(unsigned most) {
    for (; most > 0; --most) {
      const auto message = end_.next_message();
      if (!message) return;
      const auto& at = message->at;
      require(at.incarnation > last_.incarnation ||
              (at.incarnation == last_.incarnation && at.number > last_.number));
      last_ = at;
      if (most % 2 == 0) require(end_.confirm(at, now_).has_value());
    }
  }

  void follow(const std::string& bytes) {
    const log_position before = follower_.position();
    const auto changes = follower_.receive(bytes, now_);
    if (!changes) return require(before == follower_.position());
    log_position at = before;
    for (const log_change& one : *changes) {
      if (!one.is_snapshot) require(one.at == log_position{at.epoch, at.index + 1});
      require(one.at.epoch >= at.epoch);
      at = one.at;
    }
    require(at == follower_.position());
  }

  void drain() {
    for (unsigned frames = 0; const auto frame = end_.poll(now_); ++frames) {
      require(frames < 20); // a window, a question and an answer
      const auto read = decode_channel_frame(*frame);
      require(read.has_value());
      require(!read->number || *read->number > acknowledged_);
    }
    const auto next = end_.next_deadline();
    require(!next || *next > now_);
    if (const auto number = end_.take_acknowledged()) {
      require(*number > acknowledged_);
      acknowledged_ = *number;
    }
    if (end_.take_room()) require(end_.unacknowledged_messages() < settings_.window_messages);
    follower_.poll(now_);
    const auto question = follower_.next_deadline();
    require(!question || *question > now_);
  }

  void check() const {
    const channel_counters& n = end_.counters();
    require(end_.unacknowledged_messages() <= settings_.window_messages);
    require(end_.unacknowledged_bytes() <= settings_.window_bytes);
    require(end_.buffered_messages() <= settings_.receive_messages);
    require(end_.buffered_bytes() <= settings_.receive_bytes);
    require(n.accepted == n.delivered + n.forgotten + end_.buffered_messages());
    require(n.acknowledged <= n.sent);
    const follower_counters& f = follower_.counters();
    require(f.frames == f.applied + f.snapshots + f.heads + f.duplicates + f.stale + f.dropped + f.refused +
                            f.superseded + follower_.buffered());
    require(follower_.buffered() <= 4 && follower_.buffered_bytes() <= 64);
  }

  channel_settings settings_ = small_settings();
  channel end_{5, settings_};
  log_follower follower_{{4, 64, milliseconds{50}, milliseconds{5000}}};
  moment now_{std::chrono::hours{1}};
  stream_position last_;
  std::uint64_t acknowledged_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tape in{data, size};
  machine one;
  for (unsigned steps = 0; !in.empty() && steps < 2000; ++steps) {
    one.step(in);
  }
  return 0;
}
