#include "hub/api/routes/live_feeds.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace remora::hub {

namespace {

/// How soon a client that had no room is looked at again: with the room of a feed, far more than anybody
/// reads.
constexpr std::chrono::milliseconds look_again{20};

/// What a feed says, or what it throws as an error: the thread must outlive both.
result<behind> guarded_pull(feed& from, const http::websocket& client) {
  try {
    return from.pull(client);
  } catch (const std::exception& thrown) {
    return fail(errc::io_failed, thrown.what());
  }
}

} // namespace

live_feeds::live_feeds(service& hub)
    : subscription_{hub.subscribe([this](topic changed) { hear(changed); })}, thread_{[this] { run(); }} {}

live_feeds::~live_feeds() {
  subscription_.reset();
  {
    const std::lock_guard held{mutex_};
    ending_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void live_feeds::add(const http::websocket& client, topic of, std::unique_ptr<feed> from) {
  {
    const std::lock_guard held{mutex_};
    followers_.insert_or_assign(client, follower{of, std::move(from)});
  }
  woken_.notify_one();
}

void live_feeds::remove(const http::websocket& client) {
  const std::lock_guard held{mutex_};
  followers_.erase(client);
}

std::size_t live_feeds::clients() const {
  const std::lock_guard held{mutex_};
  return followers_.size();
}

void live_feeds::hear(topic changed) {
  {
    const std::lock_guard held{mutex_};
    for (auto& [client, one] : followers_)
      one.due = one.due || one.of == changed;
  }
  woken_.notify_one();
}

bool live_feeds::someone(bool follower::*is) const {
  return std::any_of(followers_.begin(), followers_.end(), [is](const auto& one) { return one.second.*is; });
}

void live_feeds::run() {
  std::unique_lock held{mutex_};
  while (!ending_) {
    const auto called = [this] { return ending_ || someone(&follower::due); };
    if (someone(&follower::full)) {
      woken_.wait_for(held, look_again, called);
      for (auto& [client, one] : followers_)
        one.due = one.due || one.full;
    } else {
      woken_.wait(held, called);
    }
    pull_due(held);
  }
}

/// One round: each client that is due gets one pull, so that none waits for another's backlog.
void live_feeds::pull_due(std::unique_lock<std::mutex>& held) {
  std::vector<std::pair<http::websocket, std::shared_ptr<feed>>> round;
  for (auto& [client, one] : followers_) {
    if (!std::exchange(one.due, false)) continue;
    one.full = false;
    round.emplace_back(client, one.from);
  }
  for (const auto& [client, from] : round) {
    if (ending_) return;
    held.unlock();
    const auto left = guarded_pull(*from, client);
    if (!left) {
      log::error("stream-failed", "code=", to_string(left.error().code), " what=", left.error().message);
      client.close(http::close_code::internal_error, "the hub failed; its log says why");
    }
    held.lock();
    const auto at = followers_.find(client);
    if (at == followers_.end()) continue; // it went meanwhile
    if (!left) {
      followers_.erase(at);
      continue;
    }
    at->second.due = at->second.due || *left == behind::more;
    at->second.full = *left == behind::full;
  }
}

http::websocket_events forget_when_closed(const std::shared_ptr<live_feeds>& feeds,
                                          const http::websocket& client) {
  return {{}, [weak = std::weak_ptr{feeds}, client] {
            if (const auto held = weak.lock()) held->remove(client);
          }};
}

} // namespace remora::hub
