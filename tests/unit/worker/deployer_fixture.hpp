#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/send.hpp>

#include "conductor_fixture.hpp"
#include "recording_sink.hpp"
#include "script/files/file_store.hpp"
#include "tests/support/temporary_folder.hpp"
#include "worker/deployer.hpp"

namespace remora::worker::test {

/// Code that stands for a script that does as the test says.
inline constexpr const char* fake = "// fake";
inline constexpr const char* counts = "function onPacketCaptured() {}";

/// Notes what it is told, in words.
struct noting_watcher final : deployment_watcher {
  void running(std::uint64_t generation, const script_source& script) override {
    all.push_back("running " + script.title + " " + std::to_string(generation));
  }
  void refused(std::uint64_t generation, const script_source& script, const std::string& why,
               bool declined) override {
    all.push_back((declined ? "declined " : "refused ") + script.title + " " + std::to_string(generation) +
                  ": " + why);
  }
  void suspended(const std::string& title, const std::optional<actors::suspension>& why) override {
    all.push_back(why ? "suspended " + title + ": " + why->why : "resumed " + title);
  }
  void stuck(const std::string& title) override { all.push_back("stuck " + title); }
  void ended(const std::string& title, const actors::script_tally& tally) override {
    all.push_back("ended " + title);
    hook_calls += tally.hook_calls;
    dropped += tally.dropped_events;
  }
  void jobs_changed(const std::string& title, const std::vector<scheduled_job>& all_of_it) override {
    std::string text;
    for (const scheduled_job& job : all_of_it)
      text += (text.empty() ? "" : ",") + job.tag + (job.paused ? "(paused)" : "");
    jobs.push_back(title + ": " + text);
  }
  void job_requested(const protocol::job_request& request) override {
    jobs.push_back(request.script + " asks: " + std::string{to_string(request.what)} +
                   (request.own ? " own" : "") + (request.all ? " all" : " " + request.tag));
  }
  void capture_ended(const capture_report& report) override { packets = report.packets; }

  std::vector<std::string> take() { return std::exchange(all, {}); }
  std::vector<std::string> take_jobs() { return std::exchange(jobs, {}); }

  std::vector<std::string> all;
  std::vector<std::string> jobs; ///< "title: a,b(paused)", "title asks: run own x".
  std::uint64_t hook_calls = 0;
  std::uint64_t dropped = 0;
  std::optional<std::uint64_t> packets;
};

/// Keeps which instants began.
struct kept_instants final : actors::instant_record {
  std::map<std::string, jobs::done_instants> load(std::string_view script) const override {
    const auto found = all.find(std::string{script});
    return found == all.end() ? std::map<std::string, jobs::done_instants>{} : found->second;
  }
  void store(std::string_view script, std::string_view tag, timestamp planned) override {
    all[std::string{script}][std::string{tag}].add(planned);
  }
  std::map<std::string, std::map<std::string, jobs::done_instants>> all;
};

/// A deployer with real scripts and a real conductor over packets of the test's own, on one thread.
class deployer_test : public conductor_test {
 public:
  ~deployer_test() override {
    stop = true;
    run();
  }

 protected:
  deployer_test() {
    source->never_ends = true;
    source->on_read = [this](int) { run(); }; // while the conductor waits for packets the others have time
    source_ = source.get();
    auto with = std::make_shared<deployer_parts>();
    with->node_name = "node-1";
    with->records = std::make_shared<live_records>(sink, 0);
    with->scope = std::make_shared<actors::process_scope>(0, actors::process_scope::publish::at_once);
    with->watcher = watcher;
    with->instants = instants;
    with->files = files;
    with->start_conductor = [this](const caf::actor& client) {
      parts.start = wall_now();
      parts.batcher = std::make_unique<packet_batcher>();
      parts.source = std::move(source);
      parts.client = client;
      return sys.spawn(conduct_capture, std::make_shared<conductor_parts>(std::move(parts)));
    };
    with->spawn_script = [this](std::shared_ptr<actors::script_runner::parts> made) {
      watches.push_back(made->watch);
      if (made->source.code == fake) {
        make_script(made->source.index);
        return handles.back();
      }
      real.push_back(sys.spawn(actors::script_behavior, std::move(made)));
      return real.back();
    };
    actor = sys.spawn(deploy_scripts, with);
  }

  /// A capture never comes to rest, so messages are worked off a few at a time.
  void work(int messages = 40) {
    for (int i = 0; i < messages; ++i)
      sched.try_run_once();
  }

  /// Titles and their code.
  void want(const std::vector<std::pair<std::string, std::string>>& wishes, const std::string& env = "{}",
            std::optional<std::vector<paused_job>> paused = std::nullopt) {
    auto wanted = std::make_shared<wanted_scripts>();
    wanted->generation = ++generation;
    wanted->env_json = env;
    wanted->queue_events = queue_events;
    wanted->file_quota_bytes = file_quota_bytes;
    wanted->archive_prefix = archive_prefix;
    wanted->macros = macros;
    wanted->paused = std::move(paused);
    for (const auto& [title, code] : wishes) {
      script_source made;
      made.title = title;
      made.file = title + ".js";
      made.code = code;
      wanted->scripts.push_back(std::move(made));
    }
    caf::anon_send(actor, wanted_scripts_ptr{std::move(wanted)});
    work();
  }

  /// What is to be done with the jobs of this tag, or "": with all.
  void order(protocol::job_action what, const std::string& tag, const std::string& title = "") {
    auto made = std::make_shared<protocol::job_order>();
    made->what = what;
    made->script = title;
    made->tag = tag;
    made->all = tag.empty();
    caf::anon_send(actor, actors::job_order_ptr{std::move(made)});
    work();
  }

  void end_capture() {
    stop = true;
    run();
  }

  std::shared_ptr<kept_instants> instants = std::make_shared<kept_instants>();
  recording_sink sink;
  std::shared_ptr<noting_watcher> watcher = std::make_shared<noting_watcher>();
  std::vector<std::shared_ptr<script::turn_watch>> watches;
  std::vector<actors::script_actor> real; ///< Those that are no fakes.
  fake_source* source_ = nullptr;
  std::uint64_t generation = 0;
  std::uint64_t file_quota_bytes = 1U << 20U;
  std::string archive_prefix = "kubeshark";
  std::map<std::string, std::string> macros;
  remora::test::temporary_folder folder;
  std::shared_ptr<script::file_store> files = std::make_shared<script::file_store>(
      script::file_store::options{folder.path().string(), 1U << 20U, "kubeshark", {}});
  std::size_t queue_events = 65'536;
  deployer actor;
};

} // namespace remora::worker::test
