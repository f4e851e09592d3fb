#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api_fixture.hpp"
#include "http/websocket_channel.hpp"

namespace remora::hub::test {

/// One client of a WebSocket, without a socket: what is sent to it waits until it reads.
class stream_client {
 public:
  explicit stream_client(const http::queue_limits& limits);

  http::websocket socket() const { return http::websocket{channel_}; }
  /// The next message; waits for it. "closed CODE REASON" when the stream was closed, "nothing" when none
  /// came in half a minute.
  std::string next();
  /// The next so many messages.
  std::vector<std::string> next(std::size_t count);
  /// What waits for it, without waiting.
  std::size_t waiting_bytes() const { return channel_->queued_bytes(); }
  std::uint64_t dropped() const { return channel_->dropped(); }

 private:
  struct signal {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
  };
  std::shared_ptr<signal> signal_ = std::make_shared<signal>();
  std::shared_ptr<http::websocket::channel> channel_;
};

/// The streams of the API around a hub in memory.
class Streams : public Api {
 protected:
  struct opened {
    std::unique_ptr<stream_client> client;
    http::websocket_events events;
    std::string next() const { return client->next(); }
    std::vector<std::string> next(std::size_t count) const { return client->next(count); }
  };
  /// Connects to the WebSocket of a target such as "/api/v1/console?tail=3".
  opened open(const std::string& target);
};

} // namespace remora::hub::test
