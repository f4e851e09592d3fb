#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "http/websocket.hpp"
#include "hub/service.hpp"

namespace remora::hub {

/// How far a client is behind what there is.
enum class behind : unsigned char {
  nothing, ///< It was given all.
  more,    ///< There is more, and room for it.
  full,    ///< There may be more, and the client has not taken yet what it was given.
};

/// What one client follows. Called on one thread at a time.
class feed {
 public:
  feed() = default;
  feed(const feed&) = delete;
  feed& operator=(const feed&) = delete;
  virtual ~feed() = default;
  /// Gives the client the next few records, no more than it has room for. Errors: the client is closed.
  virtual result<behind> pull(const http::websocket& client) = 0;
};

/// Keeps the clients of WebSockets up with the store. Whatever changes in the hub only wakes a thread of its
/// own, which reads for each client what comes after that client's last record: no copies wait for slow
/// clients, none holds up another, and what a client has not read yet it is given later, for as long as the
/// store keeps it.
class live_feeds {
 public:
  explicit live_feeds(service& hub);
  live_feeds(const live_feeds&) = delete;
  live_feeds& operator=(const live_feeds&) = delete;
  ~live_feeds(); ///< Ends the thread; clients stay open, and get nothing more.

  /// Begins to feed a client. Any thread.
  void add(const http::websocket& client, topic of, std::unique_ptr<feed> from);
  /// Forgets a client. Any thread; what it is being given now may still arrive.
  void remove(const http::websocket& client);
  std::size_t clients() const;

 private:
  struct follower {
    topic of;
    std::shared_ptr<feed> from; ///< Shared with the thread while it pulls.
    bool due = true;            ///< Something may have changed since the last pull.
    bool full = false;          ///< Look again soon: nothing tells when a client has taken what waited.
  };

  void hear(topic changed);
  void run();
  bool someone(bool follower::*is) const;
  void pull_due(std::unique_lock<std::mutex>& held);

  mutable std::mutex mutex_; ///< Guards what follows, up to `ending_`.
  std::condition_variable woken_;
  std::map<http::websocket, follower> followers_;
  bool ending_ = false;
  std::shared_ptr<void> subscription_;
  std::thread thread_;
};

/// What the server calls when the client has gone. It does not keep the feeds alive: they end with the
/// router, on no thread of their own.
http::websocket_events forget_when_closed(const std::shared_ptr<live_feeds>& feeds,
                                          const http::websocket& client);

} // namespace remora::hub
