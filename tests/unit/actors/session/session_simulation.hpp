#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/session/hub_sessions.hpp"
#include "actors/session/worker_session.hpp"

namespace remora::test {

/// How hostile the world of a simulated cluster is.
struct cluster_hardship {
  unsigned loss_percent = 0;
  unsigned repeat_percent = 0;
  milliseconds longest_delay{5}; ///< Of each frame; a connection keeps the order, two of them do not.
  bool breaks = false;           ///< Connections end, told to one end, to both or to none.
  bool worker_restarts = false;
  bool hub_restarts = false;
};

/// A hub and three workers on a virtual clock, over a network that does its worst, decided by one seed. Each
/// worker has records on its disk that the hub shall store by identity, and a condition that the hub keeps in
/// memory alone; the hub gives orders to one life of a worker. What is checked:
///
/// - an acknowledged record is stored; in the end every record is stored, and acknowledged;
/// - an order comes to the life it was given to, once and in order;
/// - a life is new when it is: epochs at the worker, incarnations at the hub;
/// - in the end everybody is here, the hub knows the condition of each, and each the newest generation.
class cluster {
 public:
  cluster(std::uint64_t seed, const cluster_hardship& world);
  ~cluster();
  /// @returns what went wrong first; "" when nothing did.
  std::string run();

  std::uint64_t restarts() const noexcept { return restarts_; }
  std::uint64_t lost() const noexcept { return lost_; }
  std::uint64_t breaks() const noexcept { return breaks_; }

 private:
  class worker_side;
  class hub_side;
  struct packet {
    std::size_t node;
    std::uint64_t connection;
    bool to_hub;
    bool published;
    std::string bytes;
  };

  unsigned chance() { return static_cast<unsigned>(random_() % 100); }
  std::uint64_t up_to(std::uint64_t most) { return random_() % (most + 1); }
  void fail(const std::string& what);
  void act();
  void disturb(std::size_t node);
  void connect(std::size_t node);
  void end_connection(std::size_t node, bool tell_worker, bool tell_hub);
  void start_hub();
  void carry(packet one);
  void deliver(const packet& one);
  bool is_done() const;
  protocol::moment next_event() const;

  cluster_hardship world_;
  std::mt19937_64 random_;
  protocol::moment now_{std::chrono::hours{1}};
  protocol::moment calm_at_;
  protocol::moment act_at_;
  std::uint64_t records_;
  protocol::channel_settings channel_;
  std::unique_ptr<hub_side> hub_;
  std::array<std::unique_ptr<worker_side>, 3> workers_;
  std::multimap<protocol::moment, packet> wire_;
  std::map<std::pair<std::size_t, int>, protocol::moment> last_arrival_; // of a path: keeps the order
  std::uint64_t connections_ = 0;
  std::uint64_t restarts_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t breaks_ = 0;
  std::string failure_;
};

} // namespace remora::test
