#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "actors/session/hub_sessions.hpp"
#include "protocol/content_hash.hpp"
#include "tests/support/temporary_folder.hpp"
#include "worker/node/uplink.hpp"

namespace remora::worker::test {

inline constexpr const char* node_name = "n1";

/// Scripts by title, as a hub's deployment.
inline whole_deployment deployment_of(std::uint64_t generation,
                                      const std::map<std::string, std::string>& scripts) {
  whole_deployment out;
  out.manifest.generation = generation;
  for (const auto& [title, code] : scripts) {
    const auto hash = content_hash(code);
    out.manifest.scripts.push_back({out.manifest.scripts.size(), title, hash, title + ".js"});
    out.code[hash] = code;
  }
  return out;
}

inline job_run run_of(const std::string& tag) {
  job_run run;
  run.node = node_name;
  run.script = "s";
  run.tag = tag;
  run.planned = run.started.emplace(from_unix_ns(1));
  return run;
}

inline console_line line_of(const std::string& text) {
  console_line line;
  line.node = node_name;
  line.script = "s";
  line.text = text;
  return line;
}

/// A hub made of real sessions, which answers as a test says.
class fake_hub final : public session::hub_sessions_owner, public session::hub_transport {
 public:
  explicit fake_hub(std::uint64_t epoch) : sessions{settings(epoch), *this, *this} {}

  result<protocol::welcome> greet(const std::string&, const protocol::hello& who) override {
    hellos.push_back(who);
    if (refuses) return fail(errc::permission_denied, "not today");
    protocol::welcome out;
    out.software = "test";
    out.heartbeat_interval = std::chrono::seconds{2};
    out.generation = deployment.manifest.generation;
    return out;
  }
  void joined(const std::string&, const std::string&, const protocol::hello&, bool) override {}
  void left(const std::string&, session::departure why) override { departures.push_back(why); }
  void heartbeat(const std::string&, const protocol::heartbeat& health) override {
    heartbeats.push_back(health);
  }
  void said(const std::string& node, const protocol::message& what) override {
    const auto* asks = std::get_if<protocol::fetch_deployment>(&what);
    if (asks == nullptr) {
      answers_heard.push_back(what);
      return;
    }
    asked.push_back(*asks);
    if (!answers) return;
    for (const auto& [hash, code] : deployment.code) {
      if (std::find(asks->have.begin(), asks->have.end(), hash) != asks->have.end()) continue;
      EXPECT_TRUE(sessions.send(node, protocol::script_code{hash, code}, now));
      ++codes_sent;
    }
    EXPECT_TRUE(sessions.send(node, protocol::deployment{deployment.manifest}, now));
  }
  void received(const std::string& node, const protocol::message& what,
                protocol::stream_position at) override {
    stored.push_back(what);
    if (stores) sessions.confirm(node, at, now);
  }
  void has_room(const std::string&) override {}
  protocol::hub_heartbeat describe_health() override {
    protocol::hub_heartbeat out;
    out.generation = deployment.manifest.generation;
    return out;
  }

  void send(const std::string&, std::string_view bytes) override { outbox.emplace_back(false, bytes); }
  void publish(std::string_view bytes) override { outbox.emplace_back(true, bytes); }

  template <class Message>
  std::vector<Message> all() const {
    std::vector<Message> out;
    for (const protocol::message& each : stored)
      if (const auto* one = std::get_if<Message>(&each)) out.push_back(*one);
    return out;
  }
  std::vector<std::string> tags() const {
    std::vector<std::string> out;
    for (const auto& message : all<protocol::job_runs>())
      for (const auto& run : message.runs)
        out.push_back(run.run.tag);
    return out;
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& message : all<protocol::console_lines>())
      for (const auto& line : message.lines)
        out.push_back(line.line.text);
    return out;
  }
  /// "title condition generation"
  std::vector<std::string> states() const {
    std::vector<std::string> out;
    for (const auto& each : all<protocol::script_status>())
      out.push_back(each.state.title + ' ' + std::string{to_string(each.state.condition)} + ' ' +
                    std::to_string(each.state.generation));
    return out;
  }

  whole_deployment deployment;
  bool refuses = false;
  bool answers = true; ///< Questions for the deployment.
  bool stores = true;  ///< And so confirms.
  std::vector<protocol::hello> hellos;
  std::vector<protocol::heartbeat> heartbeats;
  std::vector<protocol::fetch_deployment> asked;
  std::vector<protocol::message> answers_heard; ///< Unnumbered, but for those that ask for deployments.
  std::vector<protocol::message> stored;
  std::vector<session::departure> departures;
  int codes_sent = 0;
  protocol::moment now;
  std::deque<std::pair<bool, std::string>> outbox; ///< Published or not, and the bytes.
  session::hub_sessions sessions;

 private:
  static session::hub_session_settings settings(std::uint64_t epoch) {
    session::hub_session_settings out;
    out.epoch = epoch;
    return out;
  }
};

/// The worker's way to the hub.
struct outgoing final : session::worker_transport {
  void send(std::string_view bytes) override { frames.emplace_back(bytes); }
  std::deque<std::string> frames;
};

/// An uplink, a hub and the network between them, in time that the test makes pass.
class uplink_test : public ::testing::Test {
 protected:
  uplink_test() {
    open_disk();
    make_uplink();
  }

  void open_disk() {
    records.reset();
    spool_settings settings;
    settings.folder = folder.path();
    auto spool = record_spool::open(settings);
    ASSERT_TRUE(spool) << spool.error().message;
    records = std::make_shared<record_store>(std::move(*spool));
    records->on_records([this] { told = true; });
  }

  void make_uplink() {
    uplink_parts parts;
    parts.about.node = node_name;
    parts.about.software = "test";
    parts.about.incarnation = ++incarnation;
    parts.transport = &out;
    parts.records = records;
    parts.actions = actions;
    parts.call = [this](const protocol::action_delivery& call) { calls.push_back(call); };
    parts.deployment = folder / "deployment";
    parts.deploy = [this](const wanted_scripts_ptr& wanted) { deployed.push_back(wanted); };
    parts.order = [this](const protocol::job_order& order) { orders.push_back(order); };
    parts.forget = [this](const std::string& title) { forgotten.push_back(title); };
    parts.stats = [](std::uint64_t generation) {
      node_stats stats;
      stats.generation = generation;
      return stats;
    };
    parts.question = [this](const protocol::message& what) { questions.push_back(what); };
    parts.hub_lost = [this] { ++hub_losses; };
    parts.wall = [] { return from_unix_ns(1'000'000'000); };
    up = std::make_unique<uplink>(std::move(parts));
  }
  /// The worker is killed and started again.
  void restart() {
    cut();
    up.reset();
    out.frames.clear();
    open_disk();
    make_uplink();
    up->begin(now);
    up->handle(records_waiting{}, now);
  }

  void connect() {
    linked = true;
    hub->now = now;
    hub->sessions.connected(node_name, "127.0.0.1:1", now);
    up->handle(link_connected{}, now);
    up->handle(link_subscribed{}, now);
    settle();
  }
  void cut() {
    if (!std::exchange(linked, false)) return;
    up->handle(link_lost{}, now);
    hub->sessions.disconnected(node_name, now);
  }
  /// The hub is killed; another life of it begins.
  void replace_hub() {
    cut();
    const auto deployment = hub->deployment;
    hub = std::make_unique<fake_hub>(++epoch);
    hub->deployment = deployment;
  }

  /// What is on its way arrives, until nothing is.
  void settle() {
    for (int i = 0; i < 10'000; ++i) {
      if (std::exchange(told, false)) up->handle(records_waiting{}, now);
      if (!out.frames.empty()) {
        const std::string frame = std::exchange(out.frames.front(), {});
        out.frames.pop_front();
        if (linked) hub->sessions.receive(node_name, frame, now);
      } else if (!hub->outbox.empty()) {
        const auto [published, frame] = std::move(hub->outbox.front());
        hub->outbox.pop_front();
        if (linked && published) up->handle(link_published{frame}, now);
        if (linked && !published) up->handle(link_message{frame}, now);
      } else {
        return;
      }
    }
    FAIL() << "they never stop talking";
  }
  void pass(milliseconds time) {
    constexpr milliseconds step{10};
    for (milliseconds gone{0}; gone < time; gone += step) {
      now += step;
      hub->now = now;
      up->tick(now);
      hub->sessions.tick(now);
      settle();
    }
  }
  void tell(const uplink_event& what) {
    up->handle(what, now);
    settle();
  }
  void set_deployment(whole_deployment next) {
    hub->deployment = std::move(next);
    EXPECT_TRUE(hub->sessions.publish(protocol::deployment_changed{hub->deployment.manifest.generation}));
    settle();
  }
  /// "generation: title=code title=code" of each deployment that was to run.
  std::vector<std::string> ran() const {
    std::vector<std::string> all;
    for (const auto& wanted : deployed) {
      std::string one = std::to_string(wanted->generation) + ':';
      for (const script_source& script : wanted->scripts)
        one += ' ' + script.title + '=' + script.code;
      all.push_back(std::move(one));
    }
    return all;
  }

  remora::test::temporary_folder folder;
  std::shared_ptr<record_store> records;
  std::uint64_t incarnation = 10;
  std::uint64_t epoch = 1;
  protocol::moment now = protocol::moment{} + std::chrono::hours{1};
  outgoing out;
  std::unique_ptr<fake_hub> hub = std::make_unique<fake_hub>(1);
  bool linked = false;
  bool told = false;
  std::vector<wanted_scripts_ptr> deployed;
  std::vector<protocol::job_order> orders;
  std::vector<protocol::action_delivery> calls;
  std::shared_ptr<action_queue> actions = std::make_shared<action_queue>();
  std::vector<protocol::message> questions;
  int hub_losses = 0;
  std::vector<std::string> forgotten;
  std::unique_ptr<uplink> up;
};

} // namespace remora::worker::test
