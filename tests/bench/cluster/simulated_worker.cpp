#include "tests/bench/cluster/simulated_worker.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/time.hpp"

namespace remora::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t flood_batch = 200;

timestamp full_second(timestamp of) {
  return std::chrono::time_point_cast<nanoseconds>(std::chrono::floor<std::chrono::seconds>(of));
}

} // namespace

/// One worker. Its socket's thread only leaves events behind; the cluster's thread does the rest.
class simulated_cluster::worker final : public link::worker_handler,
                                        private session::worker_transport,
                                        private session::worker_session_owner {
 public:
  worker(std::string name, simulated_totals& totals, std::mutex& totals_mutex)
      : name_{std::move(name)}, totals_{totals}, totals_mutex_{totals_mutex} {
    protocol::hello about;
    about.node = name_;
    about.software = "simulated";
    about.incarnation = static_cast<std::uint64_t>(to_unix_ns(wall_now()));
    about.started = wall_now();
    session::worker_transport& out = *this;
    session::worker_session_owner& owner = *this;
    session_ =
        std::make_unique<session::worker_session>(about, session::worker_session_settings{}, out, owner);
  }

  result<void> open(const std::string& hub) {
    link::worker_options options;
    options.hub = hub;
    options.name = name_;
    auto opened = link::worker_socket::open(std::move(options), *this);
    if (!opened) return pass_on(std::move(opened));
    socket_ = std::move(*opened);
    return {};
  }
  void close() {
    if (socket_) socket_->stop();
  }

  std::uint64_t generation() const { return generation_; }
  bool is_welcome() const { return welcome_; }

  /// Does what the socket left behind, what is due, and what the load asks for.
  void work(const simulated_load& load) {
    const auto now = clock::now();
    for (auto& [kind, bytes] : take_events()) {
      switch (kind) {
        case event::connected:
          session_->connected(now);
          break;
        case event::subscribed:
          session_->subscribed(now);
          break;
        case event::message:
          session_->receive(bytes, now);
          break;
        case event::published:
          session_->receive_published(bytes, now);
          break;
        case event::lost:
          session_->disconnected();
          break;
      }
    }
    session_->tick(now);
    if (welcome_) report(load);
  }

 private:
  enum class event { connected, subscribed, message, published, lost };
  using events = std::deque<std::pair<event, std::string>>;

  void leave(event what, std::string_view bytes = {}) {
    const std::lock_guard lock{events_mutex_};
    events_.emplace_back(what, std::string{bytes});
  }
  events take_events() {
    const std::lock_guard lock{events_mutex_};
    return std::exchange(events_, {});
  }

  // link::worker_handler, on the socket's thread
  void connected() override { leave(event::connected); }
  void subscribed() override { leave(event::subscribed); }
  void message(std::string_view bytes) override { leave(event::message, bytes); }
  void published(std::string_view bytes) override { leave(event::published, bytes); }
  void lost(const std::string&) override { leave(event::lost); }
  void attempt_failed(const std::string&) override {}

  // session::worker_transport
  void send(std::string_view bytes) override {
    if (socket_) socket_->send(bytes);
  }

  // session::worker_session_owner
  void welcomed(const protocol::welcome&, bool) override { welcome_ = true; }
  void refused(const std::string&) override {}
  void lost() override { welcome_ = false; }
  void generation_is(std::uint64_t generation) override {
    if (generation != generation_) session_->say(protocol::fetch_deployment{have_}, clock::now());
  }
  void received(const protocol::message& what, protocol::stream_position at) override {
    if (const auto* code = std::get_if<protocol::script_code>(&what)) {
      have_.push_back(code->hash);
    } else if (const auto* newest = std::get_if<protocol::deployment>(&what)) {
      run(newest->manifest);
    }
    session_->confirm(at, clock::now());
  }
  void acknowledged(std::uint64_t number) override {
    const auto now = wall_now();
    const std::lock_guard lock{totals_mutex_};
    while (!sent_.empty() && sent_.begin()->first <= number) {
      const sent_records& was = sent_.begin()->second;
      totals_.runs_acknowledged += was.runs;
      totals_.lines_acknowledged += was.lines;
      if (was.planned)
        totals_.delays_ms.push_back(std::chrono::duration<double, std::milli>(now - *was.planned).count());
      sent_.erase(sent_.begin());
    }
  }
  void has_room() override {}
  protocol::heartbeat describe_health() override {
    protocol::heartbeat health;
    health.clock = wall_now();
    health.stats.generation = generation_;
    return health;
  }

  void run(const deployment_manifest& manifest) {
    for (const auto& script : manifest.scripts) {
      script_state state;
      state.generation = manifest.generation;
      state.title = script.title;
      state.hash = script.hash;
      state.since = wall_now();
      session_->send(protocol::script_status{state}, clock::now());
    }
    session_->set_generation(manifest.generation);
    generation_ = manifest.generation;
  }

  struct sent_records {
    std::uint64_t runs = 0;
    std::uint64_t lines = 0;
    std::optional<timestamp> planned;
  };

  bool send_runs(std::size_t count, timestamp planned, bool timed) {
    protocol::job_runs all;
    for (std::size_t i = 0; i < count; ++i) {
      protocol::numbered_run one;
      one.id = ++runs_;
      one.run.node = name_;
      one.run.script = "simulated";
      one.run.tag = "job-" + std::to_string(i % 10);
      one.run.planned = planned;
      one.run.started = planned;
      one.run.result_json = "1";
      all.runs.push_back(std::move(one));
    }
    const auto number = session_->send(all, clock::now());
    if (!number) return false;
    {
      const std::lock_guard lock{totals_mutex_};
      totals_.runs_sent += count;
    }
    sent_[*number] = {count, 0, timed ? std::optional<timestamp>{planned} : std::nullopt};
    return true;
  }
  bool send_lines(std::size_t count) {
    protocol::console_lines all;
    for (std::size_t i = 0; i < count; ++i)
      all.lines.push_back(
          {++lines_, {wall_now(), name_, "simulated", console_level::log, "a line of some length"}});
    const auto number = session_->send(all, clock::now());
    if (!number) {
      lines_ -= count;
      return false;
    }
    sent_[*number] = {0, count, std::nullopt};
    return true;
  }
  void report(const simulated_load& load) {
    const auto second = full_second(wall_now());
    if (second != last_second_) {
      last_second_ = second;
      if (load.jobs_per_second > 0) send_runs(load.jobs_per_second, second, true);
      if (load.lines_per_second > 0) send_lines(load.lines_per_second);
    }
    if (load.flood_runs) send_runs(flood_batch, wall_now(), false);
    if (load.flood_lines) send_lines(flood_batch);
  }

  std::string name_;
  simulated_totals& totals_;
  std::mutex& totals_mutex_;
  std::unique_ptr<session::worker_session> session_;
  std::vector<script_hash> have_;
  std::map<std::uint64_t, sent_records> sent_; ///< By number of the message.
  std::uint64_t runs_ = 0;
  std::uint64_t lines_ = 0;
  timestamp last_second_{};
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<bool> welcome_{false};
  std::mutex events_mutex_;
  events events_;
  std::unique_ptr<link::worker_socket> socket_; ///< Last: its thread uses what stands above.
};

simulated_cluster::simulated_cluster() = default;

result<std::unique_ptr<simulated_cluster>> simulated_cluster::start(const std::string& hub,
                                                                    std::size_t workers) {
  std::unique_ptr<simulated_cluster> made{new simulated_cluster};
  for (std::size_t i = 0; i < workers; ++i) {
    made->workers_.push_back(
        std::make_unique<worker>("node-" + std::to_string(i + 1), made->totals_, made->mutex_));
    if (auto opened = made->workers_.back()->open(hub); !opened) return pass_on(std::move(opened));
  }
  made->thread_ = std::thread{[all = made.get()] { all->run(); }};
  return made;
}

simulated_cluster::~simulated_cluster() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
  for (auto& one : workers_)
    one->close();
}

void simulated_cluster::run() {
  while (!ending_) {
    simulated_load load;
    {
      const std::lock_guard lock{mutex_};
      load = load_;
    }
    for (auto& one : workers_)
      one->work(load);
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

bool simulated_cluster::wait_until(const std::function<bool()>& so, std::chrono::milliseconds limit) const {
  const auto end = clock::now() + limit;
  while (!so()) {
    if (clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
  return true;
}

std::uint64_t simulated_cluster::lowest_generation() const {
  std::uint64_t lowest = UINT64_MAX;
  for (const auto& one : workers_)
    lowest = std::min(lowest, one->generation());
  return lowest;
}

bool simulated_cluster::all_run(std::uint64_t generation, std::chrono::milliseconds limit) {
  return wait_until([&] { return lowest_generation() >= generation; }, limit);
}

bool simulated_cluster::all_are_welcome(std::chrono::milliseconds limit) {
  return wait_until(
      [&] {
        return std::all_of(workers_.begin(), workers_.end(),
                           [](const auto& one) { return one->is_welcome(); });
      },
      limit);
}

void simulated_cluster::set_load(const simulated_load& load) {
  const std::lock_guard lock{mutex_};
  load_ = load;
}

simulated_totals simulated_cluster::take_totals() {
  const std::lock_guard lock{mutex_};
  return std::exchange(totals_, {});
}

} // namespace remora::bench
