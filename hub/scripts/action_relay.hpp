#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "base/error.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// Passes what scripts say with hub.action() on to the node of the hub's own scripts, as fast as the channel
/// there takes it. What waits is bounded: the oldest goes first, and is counted. Not thread-safe: the hub's
/// core owns it. Source: scripting API §6.6, §8.13.
class action_relay {
 public:
  static constexpr std::size_t most_waiting = 10'000;
  static constexpr std::size_t most_bytes = std::size_t{64} << 20U;

  /// @param send To that node. Errors: window_full: tried again by go_on(); not_found: it is not there yet.
  explicit action_relay(std::function<result<void>(const protocol::message&)> send)
      : send_{std::move(send)} {}

  void pass(const protocol::hub_action& what);
  /// The node is there, or has room again.
  void go_on();

  std::uint64_t passed() const noexcept { return passed_; }
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  std::function<result<void>(const protocol::message&)> send_;
  std::deque<protocol::action_delivery> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t passed_ = 0;
  std::uint64_t dropped_ = 0;
};

} // namespace remora::hub
