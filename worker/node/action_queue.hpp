#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "actors/scripts/action_outlet.hpp"

namespace remora::worker {

/// What the scripts of a node said with hub.action() and the uplink has not sent yet. When there is no more
/// room the oldest go, and are counted. Any thread. Source: scripting API §8.13.
class action_queue final : public actors::action_outlet {
 public:
  static constexpr std::size_t most_actions = 1'000;
  static constexpr std::size_t most_bytes = std::size_t{16} << 20U;

  /// Who is told that there is something to send: once, until the next take_note(). Called on the threads of
  /// scripts; must not block or call back.
  void on_actions(std::function<void()> tell);
  /// From now on on_actions() tells again.
  void take_note();

  void action(protocol::hub_action what) override;
  /// The oldest; nothing when there is none.
  std::optional<protocol::hub_action> take();

  /// How many of each script were dropped since the last call.
  std::map<std::string, std::uint64_t> take_dropped();
  /// How many were dropped so far.
  std::uint64_t dropped() const;

 private:
  mutable std::mutex mutex_;
  std::function<void()> tell_;
  bool told_ = false;
  std::deque<protocol::hub_action> waiting_;
  std::size_t bytes_ = 0;
  std::map<std::string, std::uint64_t> dropped_; ///< By script.
  std::uint64_t dropped_in_all_ = 0;
};

} // namespace remora::worker
