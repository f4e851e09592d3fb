#pragma once

#include <map>
#include <memory>
#include <string>

#include "session_doubles.hpp"

namespace remora::test {

/// A hub and workers on a network that loses nothing and takes no time; the time is virtual.
class session_pair {
 public:
  struct worker_side {
    worker_end end;
    std::unique_ptr<session::worker_session> session;
    bool linked = false;
  };

  explicit session_pair(session::hub_session_settings settings = {}) : settings_{settings} { start_hub(); }

  /// A life of the hub; the one before is gone, and so are its connections.
  void start_hub() {
    hub = std::make_unique<session::hub_sessions>(settings_, at_hub, at_hub);
    ++settings_.epoch;
    for (auto& [name, one] : workers)
      one.linked = false;
    at_hub.sent.clear();
  }
  /// A life of a worker, not connected yet.
  worker_side& start_worker(const std::string& name, std::uint64_t incarnation) {
    worker_side& one = workers[name];
    one.session =
        std::make_unique<session::worker_session>(who(name, incarnation), worker_settings, one.end, one.end);
    one.end.sent.clear();
    one.linked = false;
    return one;
  }
  void link(const std::string& name) {
    worker_side& one = workers.at(name);
    one.linked = true;
    hub->connected(name, "10.0.0.1:99", now);
    one.session->connected(now);
    exchange();
  }
  void cut(const std::string& name) {
    worker_side& one = workers.at(name);
    one.linked = false;
    hub->disconnected(name, now);
    one.session->disconnected();
    exchange();
  }
  worker_side& join(const std::string& name, std::uint64_t incarnation) {
    worker_side& one = start_worker(name, incarnation);
    link(name);
    return one;
  }
  /// Carries everything that waits, and the answers to it.
  void exchange() {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto& mail : std::exchange(at_hub.sent, {})) {
        moved = true;
        const auto to = workers.find(mail.node);
        if (to != workers.end() && to->second.linked) to->second.session->receive(mail.bytes, now);
      }
      for (auto& frame : std::exchange(at_hub.published, {})) {
        moved = true;
        for (auto& [name, one] : workers)
          if (one.linked) one.session->receive_published(frame, now);
      }
      for (auto& [name, one] : workers) {
        for (auto& frame : std::exchange(one.end.sent, {})) {
          moved = true;
          if (one.linked) hub->receive(name, frame, now);
        }
      }
    }
  }
  void pass(milliseconds span) {
    const auto until = now + span;
    for (auto next = soonest(); next && *next <= until; next = soonest()) {
      now = std::max(now, *next);
      hub->tick(now);
      for (auto& [name, one] : workers)
        one.session->tick(now);
      exchange();
    }
    now = until;
  }

  session::worker_session_settings worker_settings;
  protocol::moment now = start_of_test;
  hub_end at_hub;
  std::unique_ptr<session::hub_sessions> hub;
  std::map<std::string, worker_side> workers;

 private:
  std::optional<protocol::moment> soonest() const {
    auto next = hub->next_deadline();
    for (const auto& [name, one] : workers) {
      const auto its = one.session->next_deadline();
      if (its) next = std::min(*its, next.value_or(*its));
    }
    return next;
  }

  session::hub_session_settings settings_;
};

} // namespace remora::test
