#include "worker/run.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/scripts/script_supervisor.hpp"
#include "base/log.hpp"
#include "worker/conductor.hpp"
#include "worker/live_records.hpp"
#include "worker/ordered_records.hpp"

namespace remora::worker {

namespace {

/// Beyond this a script that neither answers nor shows as stuck is taken for lost.
constexpr std::chrono::minutes longest_answer{10};
constexpr milliseconds time_between_looks{200};

struct system_config : caf::actor_system_config {
  system_config() {
    add_message_types<caf::id_block::remora_actors>();
    add_message_types<caf::id_block::remora_worker>();
    // Whatever blocks is detached; the scheduler only runs the supervisor.
    set("scheduler.max-threads", 1u);
  }
};

/// One run, from the opened input to the report.
class session {
 public:
  session(run_options options, record_sink& records, const stop_flag& stop)
      : options_{std::move(options)},
        sink_{records},
        stop_{stop},
        system_{std::make_unique<caf::actor_system>(config_)} {}

  ~session() {
    // A script that never comes back would keep the actor system waiting for ever: its memory goes with the
    // process.
    if (abandoned_) static_cast<void>(system_.release());
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  tl::expected<run_report, std::vector<error>> run() {
    const auto wall_start = std::chrono::steady_clock::now();
    if (auto opened = open_input(); !opened) return fail_with(opened.error());
    make_scripts();
    if (auto errors = load_scripts(); !errors.empty()) {
      finish_scripts(false);
      return tl::unexpected<std::vector<error>>(std::move(errors));
    }
    const capture_report_ptr captured = conduct();
    finish_scripts(options_.run_jobs_at_end);
    run_report report = make_report(*captured);
    report.wall_time = std::chrono::steady_clock::now() - wall_start;
    return report;
  }

  std::vector<error> check() {
    clock_start_ = wall_now();
    make_scripts();
    auto errors = load_scripts();
    finish_scripts(false);
    return errors;
  }

 private:
  struct script_entry {
    actors::script_actor handle;
    std::shared_ptr<script::turn_watch> watch;
    bool loaded = false;
    bool wants_packets = false;
    bool sees_others = false;
    bool lost = false;
    std::vector<std::string> tags;
    actors::script_tally tally;
  };

  static tl::unexpected<std::vector<error>> fail_with(error why) {
    return tl::unexpected<std::vector<error>>(std::vector<error>{std::move(why)});
  }

  bool reads_files() const { return std::holds_alternative<traffic::file_options>(options_.input); }

  /// Opens the input. Of files the first packet is read too: the run's clock starts with it.
  result<void> open_input() {
    auto opened = reads_files() ? traffic::open_files(std::get<traffic::file_options>(options_.input))
                                : traffic::open_live(std::get<traffic::live_options>(options_.input));
    if (!opened) return pass_on(std::move(opened));
    source_ = std::move(*opened);
    clock_start_ = wall_now();
    if (!reads_files()) return {};
    constexpr std::size_t one_frame = 1;
    while (batcher_.packets() == 0 && !stop_ && options_.count.value_or(one_frame) != 0) {
      const auto read = source_->read(batcher_, one_frame, time_between_looks);
      if (!read) return tl::unexpected<error>(read.error());
      if (*read == traffic::read_status::end) break;
    }
    clock_start_ = batcher_.packets() > 0 ? batcher_.latest() : from_unix_ns(0);
    return {};
  }

  void make_scripts() {
    const std::size_t count = options_.scripts.size();
    // Live or not decides whether records and shared names keep the scripts' own order or the capture's.
    if (reads_files()) {
      ordered_ = std::make_unique<ordered_records>(sink_, count);
    } else {
      live_ = std::make_unique<live_records>(sink_, count);
    }
    using actors::process_scope;
    scope_ = std::make_shared<process_scope>(
        count, reads_files() ? process_scope::publish::on_merge : process_scope::publish::at_once);
    for (std::size_t i = 0; i < count; ++i) {
      options_.scripts[i].index = i;
      scripts_.push_back(make_script(i));
    }
  }

  script_entry make_script(std::size_t index) {
    script_entry entry;
    entry.watch = std::make_shared<script::turn_watch>();
    auto parts = std::make_shared<actors::script_runner::parts>();
    parts->source = options_.scripts[index];
    parts->limits = options_.limits;
    parts->env_json = options_.env_json;
    parts->node = options_.node_name;
    parts->zone = options_.zone;
    parts->clock = reads_files() ? script::run_clock::capture(clock_start_) : script::run_clock::wall();
    parts->watch = entry.watch;
    parts->scope = scope_->view(index);
    parts->records = lane(index);
    entry.handle = system_->spawn<caf::detached>(actors::script_behavior, std::move(parts));
    return entry;
  }

  std::shared_ptr<actors::record_lane> lane(std::size_t index) const {
    return ordered_ ? ordered_->lane(index) : live_->lane(index);
  }

  /// One after the other, so that what they print while loading comes in their order.
  std::vector<error> load_scripts() {
    std::vector<error> errors;
    caf::scoped_actor self{*system_};
    for (script_entry& entry : scripts_) {
      self->request(entry.handle, longest_answer, atom::load::value)
          .receive(
              [&](const actors::load_report_ptr& report) {
                entry.loaded = report->error.empty();
                entry.wants_packets = report->wants_packets;
                entry.sees_others = report->sees_others;
                entry.tags = report->tags;
                if (!entry.loaded) errors.push_back({errc::invalid_script, report->error});
              },
              [&](const caf::error&) {
                const auto index = static_cast<std::size_t>(&entry - scripts_.data());
                errors.push_back({errc::script_stuck, options_.scripts[index].file +
                                                          ": the script does not come back from loading"});
                entry.lost = abandoned_ = true;
              });
      if (scripts_.size() > 1) scope_->merge();
    }
    return errors;
  }

  bool scripts_share() const {
    if (scripts_.size() < 2) return false;
    for (const script_entry& entry : scripts_) {
      if (entry.sees_others) return true;
    }
    return false;
  }

  std::shared_ptr<conductor_parts> make_conductor_parts(const caf::actor& client) {
    auto parts = std::make_shared<conductor_parts>();
    parts->exchange = actors::job_exchange{scripts_.size()};
    bool wants_packets = false;
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      script_slot slot;
      slot.handle = scripts_[i].handle;
      slot.wants_packets = scripts_[i].wants_packets;
      wants_packets = wants_packets || slot.wants_packets;
      parts->exchange.learn_tags(i, scripts_[i].tags);
      parts->scripts.push_back(std::move(slot));
    }
    parts->scripts_share = scripts_share();
    // In step or at a given speed the times of packets are needed even if no script wants them.
    batcher_.set_collecting(wants_packets || (reads_files() && (parts->scripts_share || options_.speed > 0)));
    parts->source = std::move(source_);
    parts->batcher = std::move(batcher_);
    parts->scope = scope_;
    parts->stop = &stop_;
    parts->duration = options_.duration;
    parts->count = options_.count;
    parts->queue_events = options_.queue_events;
    parts->speed = options_.speed;
    parts->start = reads_files() ? clock_start_ : wall_now();
    if (ordered_) parts->on_lost = [records = ordered_.get()](std::size_t script) { records->close(script); };
    parts->client = client;
    return parts;
  }

  /// Reads and captures until that is over.
  capture_report_ptr conduct() {
    caf::scoped_actor self{*system_};
    auto parts = make_conductor_parts(caf::actor_cast<caf::actor>(self));
    const conductor reader = reads_files() ? system_->spawn<caf::detached>(conduct_reading, std::move(parts))
                                           : system_->spawn<caf::detached>(conduct_capture, std::move(parts));
    auto watched = std::make_shared<std::vector<actors::supervised_script>>();
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      watched->push_back({options_.scripts[i].title, scripts_[i].handle, scripts_[i].watch});
    }
    const auto supervisor =
        system_->spawn(actors::supervise_scripts, std::move(watched), actors::script_owner{reader});
    capture_report_ptr captured;
    self->receive([&](const capture_report_ptr& report) { captured = report; });
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    for (std::size_t i = 0; i < scripts_.size(); ++i)
      scripts_[i].lost = captured->lost[i];
    return captured;
  }

  /// In the order of the scripts, each in a round of its own, so that the records of one never wait for
  /// another.
  void finish_scripts(bool run_every_job) {
    constexpr std::uint64_t last_rounds = std::uint64_t{1} << 63;
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      if (ordered_ && !scripts_[i].lost) ordered_->lane(i)->enter_round(last_rounds + i);
    }
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      if (!scripts_[i].lost) finish_script(i, run_every_job && scripts_[i].loaded);
      if (ordered_) ordered_->close(i);
      scope_->merge();
      abandoned_ = abandoned_ || scripts_[i].lost;
    }
  }

  void finish_script(std::size_t index, bool run_every_job) {
    script_entry& entry = scripts_[index];
    caf::scoped_actor self{*system_};
    self->send(entry.handle, atom::finish::value, run_every_job);
    bool finished = false;
    while (!finished && !entry.lost) {
      self->receive(
          [&](const actors::script_tally_ptr& tally) {
            entry.tally = *tally;
            finished = true;
          },
          caf::after(time_between_looks) >> [&] { entry.lost = gave_up_answering(index); });
    }
    entry.handle = nullptr;
  }

  bool gave_up_answering(std::size_t index) const {
    const auto seen = scripts_[index].watch->observe();
    if (seen != script::turn_watch::state::overdue && seen != script::turn_watch::state::dead) return false;
    log::error("script-stuck", "script=", options_.scripts[index].title,
               " it does not come back from its last job");
    return true;
  }

  run_report make_report(const capture_report& captured) const {
    run_report report;
    report.packets = captured.packets;
    report.bytes = captured.bytes;
    report.beyond_end = captured.beyond_end;
    report.source = captured.source;
    report.decoded = captured.decoded;
    report.run_time = captured.run_time;
    report.interrupted = captured.interrupted;
    report.problems = captured.problems;
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      const script_entry& entry = scripts_[i];
      script_report one;
      one.title = options_.scripts[i].title;
      one.hook_calls = entry.tally.hook_calls;
      one.errors = entry.tally.errors;
      one.dropped_events = entry.tally.dropped_events + captured.dropped_events[i];
      one.dropped_lines = live_ ? live_->dropped_lines(i) : 0;
      one.suspensions = entry.tally.suspensions;
      one.stuck = entry.lost;
      report.scripts.push_back(std::move(one));
    }
    return report;
  }

  run_options options_;
  record_sink& sink_;
  const stop_flag& stop_;
  system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<ordered_records> ordered_;
  std::unique_ptr<live_records> live_;
  std::shared_ptr<actors::process_scope> scope_;
  std::unique_ptr<traffic::packet_source> source_;
  packet_batcher batcher_;
  timestamp clock_start_;
  std::vector<script_entry> scripts_;
  bool abandoned_ = false;
};

/// For checking scripts: what they print is nobody's business.
struct no_records final : record_sink {
  void console(const console_line&) override {}
  void job(const job_run&) override {}
  void clear_console() override {}
};

} // namespace

tl::expected<run_report, std::vector<error>> run(run_options options, record_sink& records,
                                                 const stop_flag& stop) {
  return session{std::move(options), records, stop}.run();
}

std::vector<error> check_scripts(const run_options& options) {
  no_records nowhere;
  const stop_flag never{false};
  run_options live = options;
  live.input = traffic::live_options{};
  return session{std::move(live), nowhere, never}.check();
}

} // namespace remora::worker
