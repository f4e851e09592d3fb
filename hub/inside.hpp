#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "hub/hub_actor.hpp"
#include "hub/hub_link.hpp"
#include "hub/listeners.hpp"
#include "hub/running_hub.hpp"
#include "hub/scripts/deployment_desk.hpp"
#include "hub/store_thread.hpp"

namespace remora::hub {

/// Two threads are enough for an actor that never waits and CAF's own clock.
struct hub_actor_config : caf::actor_system_config {
  hub_actor_config() {
    add_message_types<caf::id_block::remora_actors>();
    add_message_types<caf::id_block::remora_hub>();
    set("scheduler.max-threads", 2u);
    // Its threads sleep until there is work; those that steal it from each other look for it all the time.
    set("scheduler.policy", caf::atom("sharing"));
  }
};

/// The parts of a running hub and how they reach each other.
///
///     link's thread --> hub actor (core) --> store's thread (desk, stores) --> hub actor
///     API's threads --> in_core(), on_disk(): ask and wait
class running_hub::inside {
 public:
  explicit inside(config::settings with) : settings_{std::move(with)} {}
  ~inside() { stop(); }

  result<void> start(const config::script_set& scripts, const std::string& software);
  void stop();

  /// Has the core do something.
  void post(core_work what);

  /// Asks the core and waits for its answer. Errors: io_failed when the hub is stopping or does not answer.
  template <class Ask>
  result<std::invoke_result_t<Ask, hub_core&>> in_core(Ask ask) {
    using answer = std::invoke_result_t<Ask, hub_core&>;
    auto promise = std::make_shared<std::promise<answer>>();
    auto future = promise->get_future();
    post([promise, ask = std::move(ask)](hub_core& core) { promise->set_value(ask(core)); });
    return wait_for(future);
  }

  /// Asks the store and waits.
  template <class Ask>
  auto on_disk(Ask ask) {
    return store_->ask(std::move(ask));
  }

  result<void> apply(const config::settings& with);
  void use_macros(const config::settings& of);
  result<void> reload_enrolment();
  result<void> admit_own_node(const std::string& public_key);
  config::settings settings() const;

  // For functions that work on the store's thread.
  deployment_desk& desk() { return *desk_; }

  listeners hearing;

  std::string link_address() const { return link_->listens_at(); }
  link::link_statistics link_statistics() const { return link_->statistics(); }
  std::size_t store_waiting() const { return store_->waiting(); }

 private:
  static constexpr std::chrono::seconds longest_answer{5};

  template <class Answer>
  static result<Answer> wait_for(std::future<Answer>& future) {
    if (future.wait_for(longest_answer) != std::future_status::ready)
      return fail(errc::io_failed, "the hub does not answer: it is overloaded or stopping");
    try {
      return future.get();
    } catch (const std::future_error&) { // nobody is there to answer
      return fail(errc::io_failed, "the hub is stopping");
    }
  }

  result<void> open_store();
  result<void> begin_deployments(const config::script_set& scripts);
  result<void> open_link();
  result<link::enrolment> enrolled() const;
  void spawn(const std::string& software, const std::vector<job_definition>& known_jobs);
  std::unique_ptr<hub_core> make_core(const std::string& software);
  void keep_retention();

  mutable std::mutex settings_mutex_;
  config::settings settings_;
  std::string own_node_key_; ///< "" before it is known, and without CURVE.

  std::atomic<bool> retaining_{false};
  std::uint64_t epoch_ = 0;
  std::unique_ptr<store_thread> store_;
  std::unique_ptr<deployment_desk> desk_; ///< Used on the store's thread alone.
  hub_actor_config actor_config_;
  std::unique_ptr<caf::actor_system> actors_;
  hub_actor hub_;
  std::unique_ptr<hub_link> link_;
  bool stopped_ = false;
};

} // namespace remora::hub
