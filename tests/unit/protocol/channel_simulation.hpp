#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "protocol/channel/channel.hpp"

namespace remora::test {

/// How hostile the world of a simulated conversation is.
struct hardship {
  unsigned loss_percent = 0;
  unsigned repeat_percent = 0;
  milliseconds longest_delay{5}; ///< Each frame is delayed at random: that is also what reorders.
  bool disconnects = false;
  bool restarts = false; ///< Either end may lose its memory; only what was stored stays.
  bool remembers =
      false; ///< The receiver stores positions with its records, and gives them to its next life.
};

/// Two endpoints, a transport and two applications on a virtual clock, all decided by one seed. Each
/// application writes the records 1, 2, ... and stores what it gets from the other. The model is two numbers
/// a direction: how many records exist, and how many of them the receiver has stored. Everything else
/// follows:
///
/// - a record that comes is at most one ahead of what is stored or in hand, and in one life comes once;
/// - an acknowledgement never exceeds what is stored, and nothing acknowledged is sent again;
/// - in the end everything is stored and nobody holds anything.
class conversation {
 public:
  conversation(std::uint64_t seed, const hardship& world);
  /// @returns what went wrong first; "" when nothing did.
  std::string run();

  /// Counters of the ends that live at the end, and what was seen on the way, for tests of the simulation.
  std::uint64_t restarts() const noexcept { return restarts_; }
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  struct hand {
    protocol::stream_position at;
    std::uint64_t record;
  };
  /// What survives a restart stands first.
  struct end {
    std::uint64_t incarnation = 0;
    std::map<std::uint64_t, std::uint64_t>
        base; // incarnation -> records deleted before it: number n is base + n
    std::uint64_t written = 0;
    std::uint64_t deleted = 0; // acknowledged by the peer
    std::uint64_t stored = 0;  // of the peer's records
    protocol::stream_position stored_at;

    std::unique_ptr<protocol::channel> channel;
    std::uint64_t sent = 0; // records given to this channel
    bool is_full = false;
    std::deque<hand> in_hand;
    protocol::stream_position last_taken;
    std::uint64_t last_record = 0; // taken in this life from the peer's present life
  };
  struct packet {
    std::size_t to;
    std::string bytes;
  };

  unsigned chance() { return static_cast<unsigned>(random_() % 100); }
  std::uint64_t up_to(std::uint64_t most) { return random_() % (most + 1); }
  void fail(const std::string& what);
  void start(std::size_t side);
  void act();
  void disturb();
  void write(end& self);
  void carry(std::size_t from, const std::string& bytes);
  void check_frame(std::size_t from, const std::string& bytes);
  void service(std::size_t side);
  void take_messages(std::size_t side);
  void confirm(std::size_t side, std::size_t count);
  void check_bounds(const end& self);
  bool is_done() const;
  protocol::moment next_event() const;

  hardship world_;
  std::mt19937_64 random_;
  protocol::channel_settings settings_;
  std::array<end, 2> ends_;
  std::multimap<protocol::moment, packet> wire_;
  protocol::moment now_{std::chrono::hours{1}};
  protocol::moment calm_at_;
  protocol::moment act_at_;
  bool connected_ = false;
  std::uint64_t records_;
  std::uint64_t restarts_ = 0;
  std::uint64_t lost_ = 0;
  std::string failure_;
};

} // namespace remora::test
