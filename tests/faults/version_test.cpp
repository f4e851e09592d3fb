// Hub and worker of different versions of the link. The other version is a peer of real sockets that writes
// another number, or more, into real messages.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <unistd.h>

#include <gmock/gmock.h>

#include "actors/link/hub_socket.hpp"
#include "actors/link/worker_socket.hpp"
#include "actors/session/envelope.hpp"
#include "protocol/messages.hpp"
#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A message as a peer of another version would write it: its "v" replaced. Both numbers below 24, so that
/// CBOR has a byte for each.
std::string of_version(const protocol::message& what, char major, char minor) {
  auto bytes = protocol::encode(what).value();
  const std::string ours{'\x61', 'v', '\x82', static_cast<char>(protocol::spoken_version.major),
                         static_cast<char>(protocol::spoken_version.minor)};
  const auto at = bytes.find(ours);
  EXPECT_NE(at, std::string::npos) << "where a message has its version has changed";
  return bytes.replace(at, ours.size(), std::string{'\x61', 'v', '\x82', major, minor});
}
std::string framed(const std::string& bytes) { return session::wrap(session::frame_kind::message, bytes); }

/// Whatever comes, for whoever waits for it.
class inbox {
 public:
  void put(std::string one) {
    const std::lock_guard lock{mutex_};
    all_.push_back(std::move(one));
    changed_.notify_all();
  }
  /// Takes messages until one holds a T, or nothing comes for half a minute.
  template <class T>
  std::optional<T> next() {
    std::unique_lock lock{mutex_};
    while (changed_.wait_for(lock, std::chrono::seconds{30}, [this] { return !all_.empty(); })) {
      const auto one = std::move(all_.front());
      all_.pop_front();
      const auto opened = session::open(one);
      if (!opened || opened->kind != session::frame_kind::message) continue;
      const auto read = protocol::decode(opened->body);
      if (read && std::holds_alternative<T>(*read)) return std::get<T>(*read);
    }
    return std::nullopt;
  }
  bool wait_for_anything() {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{30}, [this] { return !all_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> all_;
};

/// A worker of another version.
class other_worker : public link::worker_handler {
 public:
  explicit other_worker(const std::string& hub) {
    link::worker_options options;
    options.hub = hub;
    options.name = "other";
    socket_ = link::worker_socket::open(options, *this).value();
    EXPECT_TRUE(connection_.wait_for_anything());
  }
  ~other_worker() override { socket_->stop(); }
  other_worker(const other_worker&) = delete;
  other_worker& operator=(const other_worker&) = delete;

  void send(const std::string& bytes) { EXPECT_TRUE(socket_->send(framed(bytes))); }
  static protocol::hello about() {
    protocol::hello one;
    one.node = "other";
    one.software = "another";
    one.incarnation = 7;
    one.started = wall_now();
    return one;
  }
  inbox heard;

 private:
  void connected() override { connection_.put("it is there"); }
  void subscribed() override {}
  void message(std::string_view bytes) override { heard.put(std::string{bytes}); }
  void published(std::string_view) override {}
  void lost(const std::string&) override {}
  void attempt_failed(const std::string&) override {}

  inbox connection_;
  std::unique_ptr<link::worker_socket> socket_;
};

/// A hub of a later major version: that is what it answers with.
class later_hub : public link::hub_handler {
 public:
  explicit later_hub(const std::string& listen) {
    link::hub_options options;
    options.listen = listen;
    options.publish = "127.0.0.1:0";
    socket_ = link::hub_socket::open(options, *this).value();
  }
  ~later_hub() override { socket_->stop(); }
  later_hub(const later_hub&) = delete;
  later_hub& operator=(const later_hub&) = delete;

 private:
  void peer_connected(const std::string&, const std::string&) override {}
  void message(const std::string& name, std::string_view) override {
    if (socket_) socket_->send(name, framed(of_version(protocol::refused{"too old"}, 2, 0)));
  }
  void peer_gone(const std::string&, link::gone_reason) override {}
  void peer_refused(const std::string&, const std::string&) override {}

  std::unique_ptr<link::hub_socket> socket_;
};

class OtherVersion : public ::testing::Test {
 protected:
  void start_hub() {
    cluster_.write_scripts();
    cluster_.hub().start();
    ASSERT_TRUE(fault_cluster::becomes([&] { return cluster_.call("GET", "/readyz").first == 200; }))
        << cluster_.hub().log();
  }
  fault_cluster cluster_;
};

/// As errors write it: "1.1".
std::string our_version() {
  constexpr auto ours = protocol::spoken_version;
  return std::to_string(ours.major) + '.' + std::to_string(ours.minor);
}

TEST_F(OtherVersion, OfAWorkerOfAnotherMajorIsRefusedWithBothNumbers) {
  start_hub();
  other_worker worker{cluster_.link()};
  worker.send(of_version(other_worker::about(), 2, 3));
  const auto answer = worker.heard.next<protocol::refused>();
  ASSERT_TRUE(answer.has_value()) << cluster_.hub().log();
  EXPECT_THAT(answer->reason, AllOf(HasSubstr("2.3"), HasSubstr(our_version())));
  EXPECT_THAT(cluster_.hub().log(), AllOf(HasSubstr("node-refused"), HasSubstr("2.3")));
  EXPECT_TRUE(cluster_.get("/api/v1/nodes").at("items").empty());
}

TEST_F(OtherVersion, OfALaterMinorWorksWithWhatBothKnow) {
  start_hub();
  other_worker worker{cluster_.link()};
  worker.send(of_version(other_worker::about(), 1, 9));
  ASSERT_TRUE(worker.heard.next<protocol::welcome>().has_value()) << cluster_.hub().log();
  // A type that this hub does not know, of the same length as one that there is.
  auto unknown = of_version(protocol::goodbye{}, 1, 9);
  unknown.replace(unknown.find("goodbye"), 7, "holoray");
  worker.send(unknown);
  worker.send(of_version(protocol::fetch_deployment{}, 1, 9));
  EXPECT_TRUE(fault_cluster::becomes([&] {
    const auto page = cluster_.call("GET", "/metrics").second;
    return page.find("remora_hub_link_refused_frames_total 1\n") != std::string::npos;
  })) << "one was not known, and it was counted";
  const auto nodes = cluster_.get("/api/v1/nodes").at("items");
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes.at(0).at("condition"), "up");
}

TEST_F(OtherVersion, OfTheHubIsSaidInAWorkersLogAndTheWorkerGoesOnAsking) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can capture on loopback here";
  {
    const later_hub later{cluster_.link()};
    cluster_.start_worker();
    ASSERT_TRUE(fault_cluster::becomes([&] { return cluster_.worker().times_logged(" hub-version ") > 0; }))
        << cluster_.worker().log();
    EXPECT_THAT(cluster_.worker().log(), AllOf(HasSubstr("2.0"), HasSubstr(our_version())));
  }
  start_hub(); // one of its own version takes the place
  EXPECT_TRUE(cluster_.goes_on()) << cluster_.worker().log();
}

} // namespace
} // namespace remora::test
