#include "worker/run.hpp"

#include <filesystem>
#include <system_error>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/scripts/script_supervisor.hpp"
#include "base/log.hpp"
#include "script/files/temporary_name.hpp"
#include "worker/conductor.hpp"
#include "worker/live_records.hpp"
#include "worker/ordered_records.hpp"

namespace remora::worker {

namespace {

/// Beyond this a script that neither answers nor shows as stuck is taken for lost while it loads or finishes.
constexpr std::chrono::minutes longest_answer{10};
constexpr milliseconds time_between_looks{200};

struct system_config : caf::actor_system_config {
  system_config() {
    add_message_types<caf::id_block::remora_actors>();
    add_message_types<caf::id_block::remora_worker>();
    // Whatever blocks is detached; the scheduler only runs the supervisor.
    set("scheduler.max-threads", 1u);
    // Its threads sleep until there is work; those that steal it from each other look for it all the time.
    set("scheduler.policy", caf::atom("sharing"));
  }
};

/// The actors of a run, and what the records of scripts go through.
struct engine {
  system_config config;
  caf::actor_system system{config};
  std::unique_ptr<ordered_records> ordered; ///< Reading files.
  std::unique_ptr<live_records> live;       ///< Capturing.

  std::shared_ptr<actors::record_lane> lane(std::size_t script) const {
    return ordered ? ordered->lane(script) : live->lane(script);
  }
  /// No record of this script reaches the sink any more.
  void close(std::size_t script) const {
    if (ordered) ordered->close(script);
    if (live) live->close(script);
  }
  void enter_round(std::size_t script, std::uint64_t number) const {
    if (ordered) ordered->lane(script)->enter_round(number);
  }
  /// Where the items of rounds go.
  std::function<void(std::uint64_t, const item_batch_ptr&)> item_lane() const {
    return [this](std::uint64_t round, const item_batch_ptr& items) {
      if (ordered) ordered->items(round, items);
      if (live && items) live->items(*items);
    };
  }
};

/// One run, from the opened input to the report.
class session {
 public:
  session(run_options options, record_sink& records, const stop_flag& stop)
      : options_{std::move(options)}, sink_{records}, stop_{stop}, engine_{std::make_unique<engine>()} {}

  ~session() {
    // A script that never comes back would keep the actor system waiting for ever, and may wake up any time:
    // what it holds on to goes with the process.
    if (abandoned_) static_cast<void>(engine_.release());
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

  /// By the clock of a capture that stands still, so that no job or timer comes due.
  std::vector<error> check() {
    options_.input = traffic::file_options{};
    clock_start_ = wall_now();
    std::error_code ignored;
    const auto scratch =
        std::filesystem::temp_directory_path(ignored) / ("remora-check-" + script::make_temporary_mark());
    options_.files.folder = scratch.string(); // made when a script uses it
    make_scripts();
    auto errors = load_scripts();
    finish_scripts(false);
    std::filesystem::remove_all(scratch, ignored);
    return errors;
  }

 private:
  struct script_entry {
    actors::script_actor handle;
    std::shared_ptr<script::turn_watch> watch;
    bool loaded = false;
    bool wants_packets = false;
    bool wants_items = false;
    bool sees_others = false;
    bool lost = false;
    std::vector<std::string> tags;
    actors::script_tally tally;
  };

  static tl::unexpected<std::vector<error>> fail_with(error why) {
    return tl::unexpected<std::vector<error>>(std::vector<error>{std::move(why)});
  }

  std::unique_ptr<traffic::item_pipeline> make_items(traffic::item_numbers used = {}) const {
    return std::make_unique<traffic::item_pipeline>(options_.items, origin_, used);
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
    batcher_->set_items(make_items()); // until it is known whether somebody wants them
    constexpr std::size_t one_frame = 1;
    while (batcher_->packets() == 0 && !stop_ && options_.count.value_or(one_frame) != 0) {
      const auto read = source_->read(*batcher_, one_frame, time_between_looks);
      if (!read) return tl::unexpected<error>(read.error());
      if (*read == traffic::read_status::end) break;
    }
    clock_start_ = batcher_->packets() > 0 ? batcher_->latest() : from_unix_ns(0);
    return {};
  }

  void make_scripts() {
    const std::size_t count = options_.scripts.size();
    // Live or not decides whether records and shared names keep the scripts' own order or the capture's.
    if (reads_files()) {
      engine_->ordered = std::make_unique<ordered_records>(sink_, count, options_.print_items);
    } else {
      engine_->live = std::make_unique<live_records>(sink_, count);
    }
    files_ = std::make_shared<script::file_store>(options_.files);
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
    parts->records = engine_->lane(index);
    parts->files = files_;
    parts->kfl = options_.kfl;
    entry.handle = engine_->system.spawn<caf::detached>(actors::script_behavior, std::move(parts));
    return entry;
  }

  /// One after the other, each in a round of its own, so that what they print while loading comes in their
  /// order and none waits for another.
  std::vector<error> load_scripts() {
    std::vector<error> errors;
    for (std::size_t i = 0; i < scripts_.size(); ++i)
      engine_->enter_round(i, i);
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      if (auto failed = load_script(i)) errors.push_back(std::move(*failed));
      if (scripts_.size() > 1) scope_->merge();
      if (!scripts_[i].lost) engine_->enter_round(i, scripts_.size());
    }
    return errors;
  }

  std::optional<error> load_script(std::size_t index) {
    script_entry& entry = scripts_[index];
    caf::scoped_actor self{engine_->system};
    self->monitor(entry.handle);
    self->send(entry.handle, atom::load::value);
    actors::load_report_ptr report;
    await(self, index, report);
    if (!report) {
      return error{errc::script_stuck,
                   options_.scripts[index].file + ": the script does not come back from loading"};
    }
    entry.loaded = report->error.empty();
    entry.wants_packets = report->wants_packets;
    entry.wants_items = report->wants_items;
    entry.sees_others = report->sees_others;
    entry.tags = report->tags;
    if (entry.loaded) return std::nullopt;
    return error{errc::invalid_script, report->error};
  }

  /// Waits for what a script answers; when it does not, the script is lost and the answer stays null.
  template <class Answer>
  void await(caf::scoped_actor& self, std::size_t index, std::shared_ptr<const Answer>& answer) {
    script_entry& entry = scripts_[index];
    const auto give_up_at = std::chrono::steady_clock::now() + longest_answer;
    while (!answer && !entry.lost) {
      self->receive([&](const std::shared_ptr<const Answer>& given) { answer = given; },
                    [&](const caf::down_msg&) { lose(index, "its actor died"); },
                    caf::after(time_between_looks) >>
                        [&] {
                          const auto seen = entry.watch->observe();
                          const bool late = std::chrono::steady_clock::now() > give_up_at;
                          if (late || seen == script::turn_watch::state::overdue ||
                              seen == script::turn_watch::state::dead) {
                            lose(index, "it does not come back");
                          }
                        });
    }
  }

  /// Outside of conducting, when the supervisor does not look.
  void lose(std::size_t index, std::string_view reason) {
    log::error("script-stuck", "script=", options_.scripts[index].title, " reason=", reason);
    scripts_[index].lost = abandoned_ = true;
    scope_->give_up(index);
    engine_->close(index);
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
    parts->scripts_share = scripts_share();
    // Capturing, what was said goes out with the next round.
    const std::uint64_t lag = reads_files() ? rounds_ahead(parts->scripts_share) : 0;
    parts->exchange = actors::job_exchange{scripts_.size(), lag};
    bool wants_packets = false;
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      script_slot slot;
      slot.handle = scripts_[i].handle;
      slot.wants_packets = scripts_[i].wants_packets;
      slot.wants_items = scripts_[i].wants_items;
      wants_packets = wants_packets || slot.wants_packets;
      parts->exchange.learn_tags(i, scripts_[i].tags);
      parts->scripts.push_back(std::move(slot));
    }
    // In step or at a given speed the times of packets are needed even if no script wants them.
    batcher_->set_collecting(wants_packets ||
                             (reads_files() && (parts->scripts_share || options_.speed > 0)));
    parts->source = std::move(source_);
    parts->batcher = std::move(batcher_);
    parts->scope = scope_;
    parts->stop = &stop_;
    parts->duration = options_.duration;
    parts->count = options_.count;
    parts->queue_events = options_.queue_events;
    parts->speed = options_.speed;
    parts->start = reads_files() ? clock_start_ : wall_now();
    parts->rounds_before = scripts_.size();
    parts->make_items = [this](traffic::item_numbers used) { return make_items(used); };
    parts->always_items = options_.print_items;
    if (options_.print_items) parts->on_items = engine_->item_lane();
    parts->on_lost = [records = engine_.get(), scope = scope_](std::size_t script) {
      scope->give_up(script);
      records->close(script);
    };
    parts->client = client;
    return parts;
  }

  /// Reads and captures until that is over.
  capture_report_ptr conduct() {
    caf::actor_system& system = engine_->system;
    caf::scoped_actor self{system};
    auto parts = make_conductor_parts(caf::actor_cast<caf::actor>(self));
    const conductor reader = reads_files() ? system.spawn<caf::detached>(conduct_reading, std::move(parts))
                                           : system.spawn<caf::detached>(conduct_capture, std::move(parts));
    self->monitor(reader);
    auto watched = std::make_shared<std::vector<actors::supervised_script>>();
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      watched->push_back({options_.scripts[i].title,
                          caf::actor_cast<caf::strong_actor_ptr>(scripts_[i].handle), scripts_[i].watch});
    }
    const auto supervisor =
        system.spawn(actors::supervise_scripts, std::move(watched), actors::script_owner{reader});
    capture_report_ptr captured;
    while (!captured) {
      self->receive([&](const capture_report_ptr& report) { captured = report; },
                    [&](const caf::down_msg&) { captured = report_of_failure(); });
    }
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    if (engine_->ordered && options_.print_items) engine_->ordered->close_items();
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      scripts_[i].lost = captured->lost[i];
      if (scripts_[i].lost) scripts_[i].tally = captured->last_known[i];
    }
    return captured;
  }

  /// The conductor sends its report before it quits; when it did not, it died of an exception.
  capture_report_ptr report_of_failure() const {
    auto report = std::make_shared<capture_report>();
    report->dropped_events.resize(scripts_.size());
    report->lost.resize(scripts_.size());
    report->last_known.resize(scripts_.size());
    report->problems.push_back(
        {errc::io_failed, "reading ended unexpectedly; there may be too little memory"});
    return report;
  }

  /// In the order of the scripts, each in a round of its own, so that the records of one never wait for
  /// another.
  void finish_scripts(bool run_every_job) {
    constexpr std::uint64_t last_rounds = std::uint64_t{1} << 63;
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      if (!scripts_[i].lost) engine_->enter_round(i, last_rounds + i);
    }
    for (std::size_t i = 0; i < scripts_.size(); ++i) {
      if (!scripts_[i].lost) finish_script(i, run_every_job && scripts_[i].loaded);
      engine_->close(i);
      scope_->merge();
      abandoned_ = abandoned_ || scripts_[i].lost;
    }
  }

  void finish_script(std::size_t index, bool run_every_job) {
    script_entry& entry = scripts_[index];
    caf::scoped_actor self{engine_->system};
    self->monitor(entry.handle);
    self->send(entry.handle, atom::finish::value, run_every_job);
    actors::script_tally_ptr tally;
    await(self, index, tally);
    if (tally) entry.tally = *tally;
    entry.handle = nullptr;
  }

  run_report make_report(const capture_report& captured) const {
    run_report report;
    report.packets = captured.packets;
    report.bytes = captured.bytes;
    report.beyond_end = captured.beyond_end;
    report.source = captured.source;
    report.decoded = captured.decoded;
    report.items = captured.items;
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
      one.dropped_lines = engine_->live ? engine_->live->dropped_lines(i) : 0;
      one.suspensions = entry.tally.suspensions;
      one.stuck = entry.lost;
      report.scripts.push_back(std::move(one));
    }
    return report;
  }

  run_options options_;
  record_sink& sink_;
  const stop_flag& stop_;
  std::unique_ptr<engine> engine_;
  std::shared_ptr<actors::process_scope> scope_;
  std::shared_ptr<script::file_store> files_;
  std::unique_ptr<traffic::packet_source> source_;
  std::unique_ptr<packet_batcher> batcher_ = std::make_unique<packet_batcher>();
  std::shared_ptr<const item_origin> origin_ =
      std::make_shared<const item_origin>(options_.origin.value_or(item_origin{}));
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
  return session{options, nowhere, never}.check();
}

} // namespace remora::worker
