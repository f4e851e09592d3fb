#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>

#include "conductor_fixture.hpp"
#include "recording_sink.hpp"
#include "worker/deployer.hpp"

namespace remora::worker::test {
namespace {

struct system_config : caf::actor_system_config {
  system_config() {
    add_message_types<caf::id_block::remora_actors>();
    add_message_types<caf::id_block::remora_worker>();
    set("scheduler.max-threads", 2u);
  }
};

/// Packets without end, once they are let in.
struct endless_source final : traffic::packet_source {
  result<traffic::read_status> read(traffic::frame_handler& handler, std::size_t max_frames,
                                    milliseconds) override {
    if (!open.load()) {
      std::this_thread::yield();
      return traffic::read_status::idle;
    }
    traffic::frame made;
    made.time = wall_now();
    made.wire_length = 54;
    made.link = traffic::link_type::ethernet;
    made.bytes = {content.data(), content.size()};
    const std::size_t count = std::min<std::size_t>(max_frames, 16);
    for (std::size_t i = 0; i < count; ++i)
      handler.on_frame(made);
    received += count;
    return traffic::read_status::more;
  }
  traffic::source_counters counters() override {
    traffic::source_counters all;
    all.received = received;
    return all;
  }
  const std::vector<error>& damage() const override { return no_damage; }

  std::atomic<bool> open{false};
  std::uint64_t received = 0;
  std::vector<error> no_damage;
  remora::test::bytes content =
      remora::test::ethernet(remora::test::ether_ipv4, remora::test::ipv4({}, remora::test::tcp({}, {})));
};

/// Lets the test wait for what the deployer does.
struct waiting_watcher final : deployment_watcher {
  void running(std::uint64_t generation, const script_source&) override {
    note([&] { newest = generation; });
  }
  void refused(std::uint64_t generation, const script_source&, const std::string&, bool) override {
    note([&] { newest = generation; });
  }
  void suspended(const std::string&, const std::optional<actors::suspension>&) override {}
  void stuck(const std::string&) override {}
  void ended(const std::string&, const actors::script_tally& tally) override {
    note([&] {
      hook_calls += tally.hook_calls;
      dropped += tally.dropped_events;
    });
  }
  void jobs_changed(const std::string&, const std::vector<scheduled_job>&) override {}
  void job_requested(const protocol::job_request&) override {}
  void capture_ended(const capture_report& report) override {
    note([&] { packets = report.packets; });
  }

  template <class Change>
  void note(Change change) {
    const std::lock_guard lock{mutex};
    change();
    changed.notify_all();
  }
  template <class Condition>
  bool wait_for(Condition holds) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, std::chrono::seconds{100}, holds);
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t newest = 0;
  std::uint64_t hook_calls = 0;
  std::uint64_t dropped = 0;
  std::optional<std::uint64_t> packets;
};

TEST(DeployerOnThreads, AccountsForEveryPacketOverManyDeployments) {
  system_config config;
  stop_flag stop{false};
  recording_sink sink;
  const auto watcher = std::make_shared<waiting_watcher>();
  caf::actor_system system{config};
  const struct at_the_end {
    ~at_the_end() { flag = true; } // also after a failure, or the system would wait for the capture
    stop_flag& flag;
  } ends_capture{stop};
  const auto progress = std::make_shared<capture_progress>();
  auto source = std::make_unique<endless_source>();
  endless_source* const packets = source.get();

  auto with = std::make_shared<deployer_parts>();
  with->node_name = "node-1";
  with->records = std::make_shared<live_records>(sink, 0);
  with->scope = std::make_shared<actors::process_scope>(0, actors::process_scope::publish::at_once);
  with->watcher = watcher;
  with->spawn_script = [&system](std::shared_ptr<actors::script_runner::parts> parts) {
    return system.spawn<caf::detached>(actors::script_behavior, std::move(parts));
  };
  with->start_conductor = [&](const caf::actor& client) {
    auto parts = std::make_shared<conductor_parts>();
    parts->start = wall_now();
    parts->batcher = std::make_unique<packet_batcher>();
    parts->source = std::move(source);
    parts->stop = &stop;
    parts->client = client;
    parts->progress = progress;
    return system.spawn<caf::detached>(conduct_capture, std::move(parts));
  };
  const deployer actor = system.spawn(deploy_scripts, std::move(with));

  for (std::uint64_t version = 1; version <= 40; ++version) {
    auto wanted = std::make_shared<wanted_scripts>();
    wanted->generation = version;
    wanted->queue_events = 256; // what is beyond is dropped and counted, so that no version has long to go
    script_source script;
    script.title = script.file = "a";
    // Every tenth does not load: the one before goes on.
    script.code =
        version % 10 == 0 ? "var a = ;" : "function onPacketCaptured() {} // " + std::to_string(version);
    wanted->scripts.push_back(std::move(script));
    caf::anon_send(actor, wanted_scripts_ptr{std::move(wanted)});
    ASSERT_TRUE(watcher->wait_for([&] { return watcher->newest == version; })) << version;
    // From now on there is always a script: the capture has the first one.
    while (version == 1 && progress->read().slots.empty())
      std::this_thread::yield();
    packets->open = true;
  }
  stop = true;
  ASSERT_TRUE(watcher->wait_for([&] { return watcher->packets.has_value(); }));
  EXPECT_GT(watcher->hook_calls, 0u);
  EXPECT_EQ(watcher->hook_calls + watcher->dropped, *watcher->packets);
}

} // namespace
} // namespace remora::worker::test
