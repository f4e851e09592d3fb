#include <cstdint>
#include <exception>
#include <utility>

#include "actors/link/frame.hpp"
#include "actors/link/worker_core.hpp"

/// The half of worker_core that follows one connection from the handshake to its end.
namespace remora::link {

bool worker_core::follow_watch(line& one, std::string_view what) {
  std::string ended;
  one.watch.drain([&](const connection_watch::happening& happened) {
    if (happened.event == ZMQ_EVENT_CONNECTED) {
      deadline_ = now_ + step_time();
    } else if (happened.event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
      one.ready = true;
      one.heard = now_;
      next_beat_ = now_; // the hub knows nobody before their first heartbeat
    } else if (is_handshake_failure(happened.event)) {
      one.failure = handshake_failure_text(happened.event, happened.value);
      if (happened.event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && options_.secret) {
        one.failure = "the hub does not let the key " + options_.secret->public_key() +
                      " in: `remora keys enroll` there, or wait if it was turned away for a while";
      }
    } else if (happened.event == ZMQ_EVENT_DISCONNECTED) {
      ended = one.failure.empty() ? "the connection to the " + std::string{what} + " ended" : one.failure;
    }
  });
  if (ended.empty()) return true;
  end(ended);
  return false;
}

bool worker_core::follow_hub() {
  if (!follow_watch(*hub_, "hub")) return true;
  return drain_hub();
}

bool worker_core::follow_publisher() {
  if (!follow_watch(*publisher_, "hub's publisher")) return true;
  return drain_publisher();
}

bool worker_core::drain_hub() {
  zmq::message_t frame;
  for (int i = 0; i < most_frames_a_pass && !stopping_.load(); ++i) {
    if (!receive(hub_->socket, frame)) return i > 0;
    if (skip_rest(hub_->socket, frame) == 0) {
      take_hub_frame(frame.to_string_view());
    } else {
      counters_.dropped(drop_reason::malformed);
    }
  }
  return true;
}

void worker_core::take_hub_frame(std::string_view frame) {
  hub_->heard = now_;
  const bool known = connected_.load();
  if (!frame.empty() && frame.front() == static_cast<char>(frame_type::heartbeat)) {
    if (!publisher_) subscribe(frame.substr(1));
    if (known) return;
    deadline_ = now_ + step_time();
    connected_since_ = now_;
    connected_.store(true);
    log::info("link-connected", "hub=", options_.hub);
    tell([](worker_handler& handler) { handler.connected(); });
  } else if (!frame.empty() && frame.front() == static_cast<char>(frame_type::data) && known) {
    counters_.received();
    tell([&](worker_handler& handler) { handler.message(frame.substr(1)); });
  } else {
    counters_.dropped(drop_reason::malformed);
  }
}

bool worker_core::drain_publisher() {
  zmq::message_t frame;
  for (int i = 0; i < most_frames_a_pass && !stopping_.load(); ++i) {
    if (!receive(publisher_->socket, frame)) return i > 0;
    if (skip_rest(publisher_->socket, frame) == 0) {
      take_publication(frame.to_string_view());
    } else {
      counters_.dropped(drop_reason::malformed);
    }
  }
  return true;
}

void worker_core::take_publication(std::string_view frame) {
  publisher_->heard = now_;
  const bool is_data = !frame.empty() && frame.front() == static_cast<char>(frame_type::data);
  if (!is_data && (frame.empty() || frame.front() != static_cast<char>(frame_type::heartbeat))) {
    counters_.dropped(drop_reason::malformed);
    return;
  }
  if (!subscribed_) {
    subscribed_ = true;
    deadline_.reset();
    tell([](worker_handler& handler) { handler.subscribed(); });
  }
  if (!is_data) return;
  counters_.published();
  tell([&](worker_handler& handler) { handler.published(frame.substr(1)); });
}

/// Says that this side is there, and notices when the other is not.
void worker_core::keep_alive() {
  if (!hub_) return;
  const auto patience = options_.heartbeat * lost_after;
  if (connected_.load() && now_ - hub_->heard > patience) {
    end("nothing was heard from the hub for three heartbeats");
  } else if (subscribed_ && now_ - publisher_->heard > patience) {
    end("nothing was heard from the hub's publisher for three heartbeats");
  } else if (deadline_ && now_ >= *deadline_) {
    end(connected_.load() ? "the hub answers, but its publisher does not: is its port open to this machine?"
                          : "the hub accepts connections, but does not answer");
  } else if (now_ >= next_beat_) {
    next_beat_ = now_ + options_.heartbeat;
    // While the connection takes nothing, a heartbeat more would not help: the hub's silence will tell.
    if (hub_->ready) hub_->socket.send(zmq::buffer(heartbeat_), zmq::send_flags::dontwait);
  }
}

/// Closes the sockets, tells why, and sets the time of the next attempt.
void worker_core::end(const std::string& why) {
  const bool was_connected = connected_.exchange(false);
  if (was_connected && now_ - connected_since_ >= stable_after) pauses_.reset();
  const auto pause = pauses_.next();
  next_attempt_ = now_ + pause;
  subscribed_ = false;
  deadline_.reset();
  for (auto* one : {&hub_, &publisher_}) {
    if (*one)
      (*one)->socket.set(zmq::sockopt::linger,
                         0); // what it still holds was meant for a connection that is over
    one->reset();
  }
  counters_.dropped(drop_reason::connection_ended, waiting_.size());
  waiting_ = outbox{options_.queues.messages, options_.queues.bytes};
  if (const auto due = rare_.due(was_connected ? "link-lost" : "link-attempt-failed", why, now_)) {
    log::warn(was_connected ? "link-lost" : "link-attempt-failed", "hub=", options_.hub, " why=", why,
              " next_attempt_ms=", pause.count(), " left_out=", *due);
  }
  tell([&](worker_handler& handler) {
    if (was_connected) {
      handler.lost(why);
    } else {
      handler.attempt_failed(why);
    }
  });
}

} // namespace remora::link
