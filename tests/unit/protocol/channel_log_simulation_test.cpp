#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/channel/log_follower.hpp"
#include "protocol/channel/ordered_log.hpp"

// One writer and several followers over a transport that loses, repeats, delays and reorders, and takes any
// of them down, all decided by a seed. The model is a text: an entry appends to it, a snapshot replaces it.
// What the text was at each position of the log is written down by the writer, and every follower must have
// exactly that. REMORA_SEEDS=10000 runs as many seeds.

namespace {

using namespace remora;
using namespace remora::protocol;

class broadcast {
 public:
  explicit broadcast(std::uint64_t seed)
      : random_{seed},
        loss_percent_{seed % 3 * 33},
        limits_{1 + up_to(8), 100 + up_to(400)},
        log_{log_position{1, 0}, limits_},
        calm_at_{now_ + milliseconds{1000 + up_to(2000)}} {
    settings_.early_entries = up_to(6);
    settings_.early_bytes = up_to(100);
    settings_.longest_wait = milliseconds{500};
    truth_[{1, 0}] = "";
    for (std::size_t i = 0; i < 1 + up_to(3); ++i) {
      readers_.emplace_back(settings_);
    }
  }

  std::string run() {
    const moment patience = calm_at_ + std::chrono::seconds{300};
    while (failure_.empty() && !(now_ >= calm_at_ && all_agree())) {
      now_ += milliseconds{1 + up_to(15)};
      if (now_ > patience) fail("five minutes after the last entry the followers still differ");
      if (now_ < calm_at_) disturb();
      if (up_to(9) == 0) publish(log_.head());
      for (std::size_t i = 0; i < readers_.size(); ++i) {
        ask(i);
      }
      deliver();
    }
    return failure_;
  }

 private:
  struct reader {
    explicit reader(const follower_settings& settings) : follower{settings} {}
    log_follower follower;
    std::string text;
  };
  struct letter {
    std::size_t to; // readers_.size(): the writer
    std::size_t from = 0;
    std::string bytes;
    log_request request;
  };
  using place = std::pair<std::uint64_t, std::uint64_t>;

  std::uint64_t up_to(std::uint64_t most) { return random_() % (most + 1); }
  void fail(const std::string& what) {
    if (failure_.empty()) failure_ = what;
  }

  void disturb() {
    if (up_to(2) == 0) append();
    if (up_to(60) == 0) begin_epoch();
    if (up_to(40) == 0) restart(readers_.at(up_to(readers_.size() - 1)));
    if (up_to(60) == 0) readers_.at(up_to(readers_.size() - 1)).follower.demand_snapshot();
  }

  void append() {
    const std::string payload = std::to_string(++written_) + std::string(up_to(20), ',');
    text_ += payload;
    const auto bytes = log_.append(payload);
    if (!bytes) return fail(bytes.error().message);
    truth_[{log_.position().epoch, log_.position().index}] = text_;
    publish(*bytes);
  }

  /// The writer was killed, and lost some of the end: that is what a new epoch is for.
  void begin_epoch() {
    const std::uint64_t epoch = log_.position().epoch + 1;
    const std::uint64_t index = up_to(1) * up_to(log_.position().index);
    text_.resize(text_.size() - std::min<std::size_t>(text_.size(), up_to(30)));
    log_ = ordered_log{{epoch, index}, limits_};
    truth_[{epoch, index}] = text_;
  }

  void restart(reader& one) {
    const bool kept = up_to(1) == 0 && one.follower.is_current();
    if (!kept) one.text.clear();
    one.follower = log_follower{settings_, kept ? one.follower.position() : log_position{}};
  }

  void send(letter what) {
    const unsigned copies = up_to(9) == 0 ? 2 : 1;
    for (unsigned i = 0; i < copies; ++i) {
      if (up_to(99) < loss_percent_) continue;
      wire_.emplace(now_ + milliseconds{up_to(up_to(20) == 0 ? 400 : 20)}, what);
    }
  }

  void publish(const std::string& bytes) {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      send({i, 0, bytes, {}});
    }
  }

  void ask(std::size_t i) {
    if (const auto request = readers_.at(i).follower.poll(now_)) send({readers_.size(), i, {}, *request});
    const auto next = readers_.at(i).follower.next_deadline();
    if (next && *next <= now_) fail("poll() had nothing, and yet is to be called at once");
  }

  void deliver() {
    while (!wire_.empty() && wire_.begin()->first <= now_) {
      const letter one = std::move(wire_.begin()->second);
      wire_.erase(wire_.begin());
      one.to == readers_.size() ? answer(one) : read(readers_.at(one.to), one.bytes);
    }
  }

  void answer(const letter& one) {
    const log_answer out = log_.answer(one.request, up_to(200));
    if (out.wants_snapshot) send({one.from, 0, log_.snapshot(text_), {}});
    for (const std::string& bytes : out.frames) {
      send({one.from, 0, bytes, {}});
    }
  }

  void read(reader& one, const std::string& bytes) {
    const auto changes = one.follower.receive(bytes, now_);
    if (!changes) return fail("an honest frame was refused: " + changes.error().message);
    for (const log_change& change : *changes) {
      one.text = change.is_snapshot ? change.payload : one.text + change.payload;
      if (truth_.at({change.at.epoch, change.at.index}) != one.text) {
        fail("a follower at " + std::to_string(change.at.epoch) + "/" + std::to_string(change.at.index) +
             " has '" + one.text + "'");
      }
    }
    if (one.follower.buffered() > settings_.early_entries) fail("too many entries are buffered");
    if (one.follower.buffered_bytes() > settings_.early_bytes) fail("too many bytes are buffered");
    if (log_.kept_entries() > limits_.entries) fail("the writer keeps too much");
  }

  bool all_agree() const {
    return std::all_of(readers_.begin(), readers_.end(), [this](const reader& one) {
      return one.follower.position() == log_.position() && one.follower.is_current() && one.text == text_;
    });
  }

  std::mt19937_64 random_;
  std::uint64_t loss_percent_;
  log_limits limits_;
  ordered_log log_;
  std::string text_;
  std::map<place, std::string> truth_;
  std::uint64_t written_ = 0;
  follower_settings settings_;
  std::vector<reader> readers_;
  std::multimap<moment, letter> wire_;
  moment now_{std::chrono::hours{1}};
  moment calm_at_;
  std::string failure_;
};

TEST(LogSimulation, MakesAllFollowersIdentical) {
  const char* wanted = std::getenv("REMORA_SEEDS");
  const std::uint64_t seeds = wanted == nullptr ? 1000 : std::strtoull(wanted, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    ASSERT_EQ(broadcast(seed).run(), "") << "seed " << seed;
  }
}

} // namespace
