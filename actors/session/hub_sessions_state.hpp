#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/link/rare_log.hpp"
#include "actors/session/hub_peer.hpp"
#include "actors/session/hub_sessions.hpp"

namespace remora::session {

/// What hub_sessions does; see there. Peers are shared pointers because an owner that is called may end the
/// session that it is called about.
class hub_sessions::state {
 public:
  state(const hub_session_settings& settings, hub_transport& out, hub_sessions_owner& owner);

  void connected(const std::string& node, const std::string& address, protocol::moment now);
  void disconnected(const std::string& node, protocol::moment now);
  void receive(const std::string& node, std::string_view bytes, protocol::moment now);

  result<void> send(const std::string& node, const protocol::message& what, protocol::moment now);
  result<void> say(const std::string& node, const protocol::message& what);
  result<void> publish(const protocol::message& what);
  void confirm(const std::string& node, protocol::stream_position at, protocol::moment now);

  void tick(protocol::moment now);
  std::optional<protocol::moment> next_deadline() const noexcept;

  bool is_here(const std::string& node) const noexcept;
  std::vector<std::string> nodes() const;
  const session_counters& counters() const noexcept { return counters_; }
  std::size_t unacknowledged(const std::string& node) const noexcept;

 private:
  using peer_ptr = std::shared_ptr<hub_peer>;

  peer_ptr find(const std::string& node) const noexcept;
  void hear_channel(const peer_ptr& peer, std::string_view frame, protocol::moment now);
  void hear_message(const peer_ptr& peer, std::string_view bytes, protocol::moment now);
  void hear(const peer_ptr& peer, const protocol::message& what, protocol::moment now);
  void hear_unreadable(const peer_ptr& peer, const error& why, protocol::moment now);

  // hub_membership.cpp: who is here
  bool take_back(const peer_ptr& peer, protocol::moment now);
  void admit(const peer_ptr& peer, protocol::hello who, protocol::moment now);
  void begin_life(const peer_ptr& peer, const protocol::hello& who);
  void turn_away(const peer_ptr& peer, const std::string& reason, protocol::moment now);
  void leave(const peer_ptr& peer, departure why, protocol::moment now);
  void end_life(const peer_ptr& peer);
  void forget(const peer_ptr& peer);
  bool make_room_for_a_life();
  void renew_outranked(const peer_ptr& peer, protocol::moment now);

  void put(const std::string& node, const protocol::message& what);
  void pump(const peer_ptr& peer, protocol::moment now);
  void schedule(hub_peer& peer);
  void unschedule(hub_peer& peer) noexcept;
  void beat(protocol::moment now);
  protocol::moment silent_at(const hub_peer& peer) const noexcept;

  hub_session_settings settings_;
  milliseconds interval_;
  hub_transport& out_;
  hub_sessions_owner& owner_;
  session_counters counters_;
  link::rare_log rare_;

  std::unordered_map<std::string, peer_ptr> peers_; // connected ones, and those that have a life
  std::size_t lives_ = 0;
  std::uint64_t next_channel_;
  // Each peer that is here stands in it once, at the latest when it has something due; maybe earlier, because
  // a deadline that moves away is not worth the work.
  std::set<std::pair<protocol::moment, hub_peer*>> timers_;
  std::optional<protocol::moment> beat_at_; // nothing while nobody is here
};

} // namespace remora::session
