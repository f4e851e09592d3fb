#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "actors/session/worker_session.hpp"
#include "hub/hub_core.hpp"
#include "hub/scripts/deployment_desk.hpp"
#include "hub/store_thread.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub::test {

/// A worker as a hub sees it: a real session, an application that notes what it is told and takes over
/// whatever comes. Frames to the hub wait in `out` until the cluster carries them.
class memory_worker final : public session::worker_transport, private session::worker_session_owner {
 public:
  memory_worker(const std::string& name, std::uint64_t incarnation) : name_{name} {
    protocol::hello about;
    about.node = name;
    about.software = "9.9.9";
    about.incarnation = incarnation;
    about.started = at_second(0);
    about.interfaces = {"eth0"};
    session::worker_session_owner& me = *this; // private: make_unique would not see it
    session_ =
        std::make_unique<session::worker_session>(about, session::worker_session_settings{}, *this, me);
  }

  session::worker_session& talk() { return *session_; }
  const std::string& name() const { return name_; }

  void send(std::string_view bytes) override { out.emplace_back(bytes); }

  /// The messages of one type, in the order they came.
  template <class Message>
  std::vector<Message> got() const {
    std::vector<Message> all;
    const bool is_numbered = Message::facts.by == protocol::delivery::numbered;
    for (const auto& what : is_numbered ? numbered : unnumbered)
      if (const auto* one = std::get_if<Message>(&what)) all.push_back(*one);
    return all;
  }

  std::deque<std::string> out;
  std::vector<protocol::message> numbered;
  std::vector<protocol::message> unnumbered;
  std::function<void(const protocol::message&)> on_said; ///< Of unnumbered messages.
  std::vector<std::uint64_t> generations;
  std::uint64_t acknowledged_up_to = 0;
  int new_lives_of_hub = 0;
  node_stats stats;
  timestamp clock = at_second(0);
  protocol::moment now{};

 private:
  void welcomed(const protocol::welcome&, bool new_life) override { new_lives_of_hub += new_life ? 1 : 0; }
  void refused(const std::string&) override {}
  void lost() override {}
  void generation_is(std::uint64_t generation) override { generations.push_back(generation); }
  void received(const protocol::message& what, protocol::stream_position at) override {
    numbered.push_back(what);
    session_->confirm(at, now);
  }
  void acknowledged(std::uint64_t number) override { acknowledged_up_to = number; }
  void has_room() override {}
  void said(const protocol::message& what) override {
    unnumbered.push_back(what);
    if (on_said) on_said(what);
  }
  protocol::heartbeat describe_health() override { return {clock, stats}; }

  std::string name_;
  std::unique_ptr<session::worker_session> session_;
};

/// A hub's core over a real store, and workers, with a network and clocks of the test's own: nothing happens
/// but in settle() and pass(), on the test's thread.
class ClusterTest : public ::testing::Test, protected session::hub_transport {
 protected:
  void SetUp() override { start_hub(); }
  void TearDown() override { stop_hub(); }

  void start_hub() {
    auto opened = open_store({folder.path(), gib(1)});
    ASSERT_TRUE(opened) << opened.error().message;
    disk = std::make_unique<store_thread>(std::move(*opened));
    hub_core::parts parts;
    parts.session.epoch = must(disk->ask([](stores& in) { return in.facts.begin_epoch(at_second(0)); }));
    parts.out = this;
    parts.publish_port = [] { return std::uint16_t{8892}; };
    parts.software = "1.2.3";
    parts.store = [this](store_thread::work work, std::function<void()> then) {
      disk->post([this, work = std::move(work), then = std::move(then)](stores& in) {
        if (!disk_is_away) work(in);
        post(then);
      });
    };
    parts.wall = [this] { return wall; };
    parts.steady = [this] { return now; };
    parts.every_second = [] {};
    parts.changed = [this](topic what) { ++changes[what]; };
    core = std::make_unique<hub_core>(std::move(parts));
    core->load_jobs(must(disk->ask([](stores& in) { return in.jobs.list(); })));
    must(disk->ask([this](stores& in) -> result<void> {
      desk = std::make_unique<deployment_desk>(
          in, [this](published_ptr newest) { post([this, newest] { core->deploy(newest); }); });
      return desk->begin(terms, {}, {}, wall);
    }));
    settle();
  }

  /// As when it is killed: what was under way is lost, connections end.
  void stop_hub() {
    for (auto& worker : workers)
      disconnect(*worker.second);
    if (disk) disk->stop();
    posted.clear();
    core.reset();
    desk.reset();
    disk.reset();
    to_workers.clear();
  }

  memory_worker& start_worker(const std::string& name, std::uint64_t incarnation = 1) {
    workers[name] = std::make_unique<memory_worker>(name, incarnation);
    connect(*workers[name]);
    return *workers[name];
  }
  void connect(memory_worker& worker) {
    worker.now = now;
    core->peer_connected(worker.name(), "10.0.0.1:4000");
    worker.talk().connected(now);
    worker.talk().subscribed(now);
    settle();
  }
  void disconnect(memory_worker& worker) {
    worker.out.clear();
    worker.talk().disconnected();
    if (core) core->peer_gone(worker.name());
  }

  /// Lets everything happen that needs no time to pass.
  void settle() {
    for (bool more = true; more;) {
      more = run_posted();
      for (auto& [name, worker] : workers) {
        while (!worker->out.empty()) {
          const auto bytes = std::move(worker->out.front());
          worker->out.pop_front();
          core->peer_message(name, bytes);
          more = true;
        }
      }
      more = carry_to_workers() || more;
    }
  }

  /// Lets time pass, in small steps.
  void pass(milliseconds time) {
    for (milliseconds done{0}; done < time; done += milliseconds{20}) {
      now += milliseconds{20};
      wall += milliseconds{20};
      core->tick();
      for (auto& [name, worker] : workers) {
        worker->now = now;
        worker->clock += milliseconds{20};
        worker->talk().tick(now);
      }
      settle();
    }
  }

  void put_script(const std::string& title, const std::string& code) {
    must(disk->ask([&](stores&) { return desk->put({title, code, {}, true}, {}, wall); }));
    settle();
  }

  remora::hub::test::scratch_folder folder;
  std::unique_ptr<store_thread> disk;
  std::unique_ptr<deployment_desk> desk;
  std::unique_ptr<hub_core> core;
  std::map<std::string, std::unique_ptr<memory_worker>> workers;
  std::map<topic, int> changes;
  deployment_terms terms;
  protocol::moment now{std::chrono::hours{1}};
  timestamp wall = at_second(0);
  std::atomic<bool> disk_is_away{false};

 private:
  // hub_transport
  void send(const std::string& node, std::string_view bytes) override {
    to_workers.emplace_back(node, std::string{bytes});
  }
  void publish(std::string_view bytes) override {
    for (auto& [name, worker] : workers)
      to_workers.emplace_back('*' + name, std::string{bytes});
  }

  void post(std::function<void()> what) {
    const std::lock_guard lock{mutex};
    posted.push_back(std::move(what));
  }
  bool run_posted() {
    disk->ask([](stores&) -> result<void> { return {}; }); // what was handed over before is done
    std::deque<std::function<void()>> all;
    {
      const std::lock_guard lock{mutex};
      all.swap(posted);
    }
    for (const auto& one : all)
      one();
    return !all.empty();
  }
  bool carry_to_workers() {
    const bool any = !to_workers.empty();
    for (auto& [to, bytes] : std::exchange(to_workers, {})) {
      const bool published = to.front() == '*';
      const auto found = workers.find(published ? to.substr(1) : to);
      if (found == workers.end()) continue;
      auto& session = found->second->talk();
      if (published) {
        session.receive_published(bytes, now);
      } else {
        session.receive(bytes, now);
      }
    }
    return any;
  }

  std::mutex mutex; ///< Guards what the store's thread posts.
  std::deque<std::function<void()>> posted;
  std::vector<std::pair<std::string, std::string>> to_workers; ///< `*name`: published.
};

} // namespace remora::hub::test
