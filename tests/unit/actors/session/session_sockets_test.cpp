#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/link/hub_socket.hpp"
#include "actors/link/worker_socket.hpp"
#include "session_doubles.hpp"

// Sessions over the sockets of the link: what the daemons do, with a lock where they have an actor.
namespace remora::session {
namespace {

using clock = std::chrono::steady_clock;
using ::testing::Contains;

class hub_process : public link::hub_handler, public hub_transport {
 public:
  hub_process(std::uint64_t epoch, const std::string& listen, const std::string& publish) {
    const std::lock_guard lock{mutex_}; // nobody is heard before everything stands
    link::hub_options options;
    options.listen = listen;
    options.publish = publish;
    options.heartbeat = milliseconds{200};
    auto opened = link::hub_socket::open(options, *this);
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) socket_ = std::move(*opened);
    hub_session_settings settings;
    settings.epoch = epoch;
    settings.heartbeat = milliseconds{200};
    sessions_ = std::make_unique<hub_sessions>(settings, *this, owner);
  }
  ~hub_process() override { socket_->stop(); }

  void send(const std::string& node, std::string_view bytes) override { socket_->send(node, bytes); }
  void publish(std::string_view bytes) override { socket_->publish(bytes); }
  void peer_connected(const std::string& name, const std::string& address) override {
    const std::lock_guard lock{mutex_};
    sessions_->connected(name, address, clock::now());
  }
  void message(const std::string& name, std::string_view bytes) override {
    const std::lock_guard lock{mutex_};
    sessions_->receive(name, bytes, clock::now());
  }
  void peer_gone(const std::string& name, link::gone_reason) override {
    const std::lock_guard lock{mutex_};
    sessions_->disconnected(name, clock::now());
  }
  void peer_refused(const std::string&, const std::string&) override {}

  template <class Work>
  auto with(Work work) {
    const std::lock_guard lock{mutex_};
    return work(*sessions_);
  }
  const link::hub_socket& socket() const { return *socket_; }

  test::hub_end owner; ///< Touched inside with() and from within the sessions alone.

 private:
  std::mutex mutex_;
  std::unique_ptr<hub_sessions> sessions_;
  std::unique_ptr<link::hub_socket> socket_;
};

class worker_process : public link::worker_handler, public worker_transport {
 public:
  worker_process(const std::string& name, const std::string& hub) {
    const std::lock_guard lock{mutex_};
    link::worker_options options;
    options.hub = hub;
    options.name = name;
    options.heartbeat = milliseconds{200};
    options.reconnect_first = milliseconds{10};
    options.reconnect_most = milliseconds{200};
    auto opened = link::worker_socket::open(options, *this);
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) socket_ = std::move(*opened);
    worker_session_settings settings;
    settings.hello_again = milliseconds{50};
    settings.hello_longest = milliseconds{200};
    session_ = std::make_unique<worker_session>(test::who(name, 5), settings, *this, owner);
  }
  ~worker_process() override { socket_->stop(); }

  void send(std::string_view bytes) override { socket_->send(bytes); }
  void connected() override {
    const std::lock_guard lock{mutex_};
    session_->connected(clock::now());
  }
  void subscribed() override {
    const std::lock_guard lock{mutex_};
    session_->subscribed(clock::now());
  }
  void message(std::string_view bytes) override {
    const std::lock_guard lock{mutex_};
    session_->receive(bytes, clock::now());
  }
  void published(std::string_view bytes) override {
    const std::lock_guard lock{mutex_};
    session_->receive_published(bytes, clock::now());
  }
  void lost(const std::string&) override {
    const std::lock_guard lock{mutex_};
    session_->disconnected();
  }
  void attempt_failed(const std::string&) override {}

  template <class Work>
  auto with(Work work) {
    const std::lock_guard lock{mutex_};
    return work(*session_);
  }
  bool heard(const std::string& line) {
    const std::lock_guard lock{mutex_};
    return std::find(owner.heard.begin(), owner.heard.end(), line) != owner.heard.end();
  }

  test::worker_end owner;

 private:
  std::mutex mutex_;
  std::unique_ptr<worker_session> session_;
  std::unique_ptr<link::worker_socket> socket_;
};

class SessionOverSockets : public ::testing::Test {
 protected:
  static constexpr std::uint64_t records = 20;

  void start_hub(std::uint64_t confirms_up_to) {
    const std::string listen = hub ? hub->socket().listens_at() : "127.0.0.1:0";
    const std::string publish = hub ? hub->socket().publishes_at() : "127.0.0.1:0";
    hub.reset();
    hub = std::make_unique<hub_process>(++epoch, listen, publish);
    hub->with([&](hub_sessions& sessions) {
      hub->owner.on_received = [this, &sessions, confirms_up_to](const std::string& node,
                                                                 const protocol::message& what,
                                                                 protocol::stream_position at) {
        const auto id = std::get<protocol::lines_dropped>(what).count;
        seen[node].insert(id);
        if (id > confirms_up_to) return;
        stored[node].insert(id);
        sessions.confirm(node, at, clock::now());
      };
      return 0;
    });
  }
  void start_workers() {
    for (const char* name : {"a", "b", "c"}) {
      workers.push_back(std::make_unique<worker_process>(name, hub->socket().listens_at()));
    }
  }
  /// Does what is due until it holds. The deadline is for what never comes.
  template <class Condition>
  bool becomes_true(Condition holds) {
    const auto deadline = clock::now() + std::chrono::seconds{30};
    while (clock::now() < deadline) {
      hub->with([](hub_sessions& sessions) { sessions.tick(clock::now()); });
      for (const auto& worker : workers)
        worker->with([](worker_session& session) { session.tick(clock::now()); });
      if (holds()) return true;
      std::this_thread::yield();
    }
    return false;
  }
  bool all_heard(const std::string& line) {
    return std::all_of(workers.begin(), workers.end(),
                       [&](const auto& worker) { return worker->heard(line); });
  }
  bool each_has(std::map<std::string, std::set<std::uint64_t>>& of, std::size_t count) {
    return hub->with([&](hub_sessions&) {
      return of["a"].size() == count && of["b"].size() == count && of["c"].size() == count;
    });
  }

  std::uint64_t epoch = 0;
  std::map<std::string, std::set<std::uint64_t>> seen;   // under the hub's lock
  std::map<std::string, std::set<std::uint64_t>> stored; // the same
  std::unique_ptr<hub_process> hub;
  std::vector<std::unique_ptr<worker_process>> workers;
};

TEST_F(SessionOverSockets, BringsEveryRecordToAHubThatIsRestarted) {
  start_hub(5);
  start_workers();
  for (const auto& worker : workers) {
    worker->with([](worker_session& session) {
      for (std::uint64_t id = 1; id <= records; ++id)
        EXPECT_TRUE(session.send(test::record(id), clock::now()));
    });
  }
  ASSERT_TRUE(becomes_true([&] { return each_has(seen, records); }));
  start_hub(records); // what the first one had not confirmed comes again
  ASSERT_TRUE(becomes_true([&] { return each_has(stored, records); }));
  ASSERT_TRUE(becomes_true([&] { return all_heard("acknowledged " + std::to_string(records)); }));
  EXPECT_TRUE(all_heard("welcomed by 1 anew"));
  EXPECT_TRUE(all_heard("welcomed by 2 anew"));
}

TEST_F(SessionOverSockets, TellsAllOfANewGeneration) {
  start_hub(records);
  start_workers();
  ASSERT_TRUE(becomes_true([&] { return all_heard("welcomed by 1 anew"); }));
  hub->with([&](hub_sessions& sessions) {
    hub->owner.generation = 8; // also in the next heartbeat, should the publication be missed
    EXPECT_TRUE(sessions.publish(protocol::deployment_changed{8}));
  });
  EXPECT_TRUE(becomes_true([&] { return all_heard("generation 8"); }));
}

TEST_F(SessionOverSockets, BringsAnOrderToOneWorkerAlone) {
  start_hub(records);
  start_workers();
  ASSERT_TRUE(becomes_true([&] { return all_heard("welcomed by 1 anew"); }));
  ASSERT_TRUE(becomes_true(
      [&] { return hub->with([](hub_sessions& sessions) { return sessions.nodes().size() == 3; }); }));
  hub->with([](hub_sessions& sessions) { EXPECT_TRUE(sessions.send("b", test::order(4), clock::now())); });
  ASSERT_TRUE(becomes_true([&] { return workers.at(1)->heard("job_order 4"); }));
  EXPECT_FALSE(workers.at(0)->heard("job_order 4"));
  EXPECT_FALSE(workers.at(2)->heard("job_order 4"));
}

} // namespace
} // namespace remora::session
