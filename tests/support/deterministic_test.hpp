#pragma once

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/expected.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

namespace remora::test {

/// A test of actors without threads: messages are worked off one after the other on the test's own thread,
/// and time stands still until sched.advance_time(). Spawn actors without caf::detached: one with a thread of
/// its own would escape.
class deterministic_test : public ::testing::Test {
 public:
  ~deterministic_test() override { run(); }

 protected:
  deterministic_test()
      : sys(prepared(cfg)),
        self(sys, true),
        sched(dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler())) {}

  /// Works off every message that is under way. Not sched.run(): that lets time pass too, for as long as
  /// anybody has set himself a timer.
  void run() {
    while (sched.try_run_once()) {
    }
  }

  /// Sends a request, runs everything it triggers, and returns the answer.
  template <class T, class Handle, class... Parts>
  caf::expected<T> ask(const Handle& to, Parts... parts) {
    auto pending = self->request(to, caf::infinite, std::move(parts)...);
    run();
    caf::expected<T> answer = caf::error{};
    pending.receive([&](T& given) { answer = std::move(given); },
                    [&](caf::error& failed) { answer = std::move(failed); });
    return answer;
  }

  caf::actor_system_config cfg;
  caf::actor_system sys;
  caf::scoped_actor self;
  caf::scheduler::test_coordinator& sched;

 private:
  static caf::actor_system_config& prepared(caf::actor_system_config& cfg) {
    cfg.set("scheduler.policy", caf::atom("testing"));
    return cfg;
  }
};

} // namespace remora::test
