#include "worker/node/node.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>

#include "base/log.hpp"
#include "filter/macro_table.hpp"
#include "worker/capture_progress.hpp"
#include "worker/deployer.hpp"
#include "worker/instant_file.hpp"
#include "worker/live_records.hpp"
#include "worker/node/deployment_news.hpp"
#include "worker/node/file_keeper.hpp"
#include "worker/node/hub_link.hpp"
#include "worker/node/incarnation.hpp"
#include "worker/node/record_store.hpp"
#include "worker/node/reopening_source.hpp"
#include "worker/node/script_book.hpp"
#include "worker/node/script_screen.hpp"
#include "worker/node/uplink_actor.hpp"
#include "worker/queries/traffic_queries.hpp"

namespace remora::worker {

namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::seconds longest_silence{10};

struct system_config : caf::actor_system_config {
  system_config() {
    add_message_types<caf::id_block::remora_actors>();
    add_message_types<caf::id_block::remora_worker>();
    add_message_types<caf::id_block::remora_node>();
    // Whatever blocks is detached; the scheduler only runs the deployer and the supervisor.
    set("scheduler.max-threads", 1u);
    // Its threads sleep until there is work; those that steal it from each other look for it all the time.
    set("scheduler.policy", caf::atom("sharing"));
  }
};

/// Everything else a file_store has by itself until a deployment says more.
script::file_store::options files_below(const std::string& data) {
  script::file_store::options how;
  how.folder = data + "/script-files";
  return how;
}

std::chrono::nanoseconds since(std::int64_t steady_count) {
  return steady::now().time_since_epoch() - steady::duration{steady_count};
}

} // namespace

/// In the order in which things come to be; they go in the opposite one.
class node::parts {
 public:
  parts(const node_options& given, source_opener open, std::unique_ptr<record_spool> spool,
        std::unique_ptr<instant_file> begun, std::unique_ptr<traffic_store> kept)
      : options{given},
        open_capture{std::move(open)},
        instants{std::move(begun)},
        store{std::move(kept)},
        records{std::make_shared<record_store>(std::move(spool))},
        live{std::make_shared<live_records>(*records, 0)},
        scope{std::make_shared<actors::process_scope>(0, actors::process_scope::publish::at_once)} {
    book->ask_dropped_lines([this](std::size_t slot) { return live->dropped_lines(slot); });
  }

  /// The thread of a detached actor ends when nobody holds the actor any more, and the actor system waits
  /// for its threads: whoever outlives the system lets go first.
  ~parts() {
    link.stop();
    if (keeper) caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown);
    if (queries) queries->stop();
    screening->show({});
    news->tell({});
    records->on_records({});
    actions->on_actions({});
  }
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  result<void> begin(std::unique_ptr<traffic::packet_source> capture, std::uint64_t incarnation);
  bool stop();
  node_view view() const;
  node_stats stats(std::uint64_t generation) const;
  std::vector<std::string> not_ready() const;
  std::optional<error> failure() const;
  bool is_healthy() const;

 private:
  stored_traffic stored() const {
    if (options.stored) return *options.stored;
    return store ? stored_traffic{&store->items(), &store->streams()} : stored_traffic{};
  }
  conductor start_conductor(const caf::actor& client);
  deployer start_deployer();
  uplink_actor start_uplink(std::uint64_t incarnation, const deployer& scripts);
  /// A part that ends before it is told to takes the node with it.
  template <class Handle>
  void watch(const Handle& part, const char* name);

  const node_options options;
  const source_opener open_capture;
  const timestamp started = wall_now();
  const steady::time_point started_steady = steady::now();
  stop_flag stopping{false};
  std::atomic<std::int64_t> uplink_at{started_steady.time_since_epoch().count()};

  const std::shared_ptr<capture_gauges> gauges = std::make_shared<capture_gauges>();
  const std::shared_ptr<capture_progress> progress = std::make_shared<capture_progress>();
  const std::shared_ptr<script_book> book = std::make_shared<script_book>(progress);
  const std::shared_ptr<instant_file> instants;
  const std::unique_ptr<traffic_store> store; ///< Null: nothing is kept of the traffic.
  const std::shared_ptr<record_store> records;
  const std::shared_ptr<script::file_store> files =
      std::make_shared<script::file_store>(files_below(options.data));
  const std::shared_ptr<live_records> live;
  const std::shared_ptr<screening_scripts> screening = std::make_shared<screening_scripts>();
  const std::shared_ptr<action_queue> actions = std::make_shared<action_queue>();
  const std::shared_ptr<actors::process_scope> scope;
  const std::shared_ptr<deployment_news> news = std::make_shared<deployment_news>(book);
  std::unique_ptr<traffic::packet_source> source; ///< Until the conductor has it.

  mutable std::mutex mutex; ///< Guards what follows.
  std::condition_variable changed;
  uplink_view shown;
  std::optional<bool> finished; ///< Whether the scripts had ended when the uplink did.
  std::optional<error> died;

  hub_link link;
  system_config config;
  caf::actor_system system{config};
  uplink_actor up;
  file_keeper keeper;
  script_screen screen{system, screening};
  std::unique_ptr<traffic_queries> queries; ///< Its threads speak to the uplink.
};

template <class Handle>
void node::parts::watch(const Handle& part, const char* name) {
  part->attach_functor([this, name](const caf::error& reason) {
    if (stopping) return;
    const std::lock_guard lock{mutex};
    if (!died)
      died = error{errc::io_failed, std::string{"the "} + name + " has died: " + caf::to_string(reason)};
  });
}

conductor node::parts::start_conductor(const caf::actor& client) {
  auto with = std::make_shared<conductor_parts>();
  with->source = std::move(source);
  with->batcher = std::make_unique<packet_batcher>();
  auto about = options.items;
  about.dissect.keeps_packets = store != nullptr;
  with->make_items = [about, origin = std::make_shared<const item_origin>(options.origin),
                      stored = store ? store->used() : traffic::item_numbers{}](traffic::item_numbers used) {
    const traffic::item_numbers after{std::max(used.stream, stored.stream), std::max(used.seq, stored.seq)};
    return std::make_unique<traffic::item_pipeline>(about, origin, after);
  };
  if (store) {
    with->always_items = true;
    with->on_items = [this](std::uint64_t, const item_batch_ptr& items) { store->keep(items); };
    with->batcher->set_keeper(
        [this](std::uint64_t stream, const traffic::frame& packet) { store->keep(stream, packet); });
  }
  with->scope = scope;
  with->stop = &stopping;
  with->start = wall_now();
  with->on_lost = [records_of = live, views = scope](std::size_t script) {
    views->give_up(script);
    records_of->close(script);
  };
  with->progress = progress;
  with->client = client;
  auto reader = system.spawn<caf::detached>(conduct_capture, std::move(with));
  watch(reader, "capture");
  return reader;
}

deployer node::parts::start_deployer() {
  auto with = std::make_shared<deployer_parts>();
  with->node_name = options.name;
  with->records = live;
  with->scope = scope;
  with->watcher = news;
  with->instants = instants;
  with->actions = actions;
  with->screening = screening;
  with->files = files;
  with->start_conductor = [this](const caf::actor& client) { return start_conductor(client); };
  with->spawn_script = [this](std::shared_ptr<actors::script_runner::parts> made) {
    book->took(made->source.index, made->source.title);
    return system.spawn<caf::detached>(actors::script_behavior, std::move(made));
  };
  auto made = system.spawn(deploy_scripts, with);
  watch(made, "deployer");
  return made;
}

uplink_actor node::parts::start_uplink(std::uint64_t incarnation, const deployer& scripts) {
  auto with = std::make_shared<uplink_actor_parts>();
  uplink_parts& logic = with->with;
  logic.about = {options.name,     options.software, incarnation, started, 0, options.capture.interfaces,
                 options.addresses};
  logic.session.jitter_seed = static_cast<std::uint32_t>(incarnation);
  logic.transport = &link;
  logic.records = records;
  logic.actions = actions;
  logic.deployment = options.data + "/deployment";
  logic.deploy = [this, scripts](const wanted_scripts_ptr& wanted) {
    // The hub has refused those that are wrong.
    if (auto macros = filter::macro_table::make(wanted->macros)) queries->use_macros(std::move(*macros));
    caf::anon_send(scripts, wanted);
  };
  logic.order = [scripts](const protocol::job_order& order) {
    caf::anon_send(scripts, std::make_shared<const protocol::job_order>(order));
  };
  logic.call = [scripts](const protocol::action_delivery& what) {
    caf::anon_send(scripts, std::make_shared<const actors::hub_call>(
                                actors::hub_call{what.action, what.argument_json, 0}));
  };
  logic.forget = [book = book](const std::string& title) { book->forget(title); };
  logic.stats = [this](std::uint64_t generation) { return stats(generation); };
  // The uplink hears the hub only once the link is open, and that comes after `queries`.
  logic.question = [this](const protocol::message& what) { queries->hear(what); };
  logic.hub_lost = [this] { queries->forget_hub(); };
  logic.wall = wall_now;
  with->clock = steady::now;
  with->show = [this](const uplink_view& view) {
    uplink_at = steady::now().time_since_epoch().count();
    const std::lock_guard lock{mutex};
    shown = view;
  };
  with->finished = [this](bool scripts_ended) {
    const std::lock_guard lock{mutex};
    finished = scripts_ended;
    changed.notify_all();
  };
  auto made = system.spawn<caf::detached>(run_uplink, with);
  watch(made, "uplink");
  return made;
}

result<void> node::parts::begin(std::unique_ptr<traffic::packet_source> capture, std::uint64_t incarnation) {
  gauges->read_at = started_steady.time_since_epoch().count();
  source = std::make_unique<reopening_source>(
      reopening_source::parts{std::move(capture), open_capture, steady::now,
                              [](milliseconds time) { std::this_thread::sleep_for(time); }, gauges});
  keeper = system.spawn<caf::detached>(keep_files, files, [this] { return !stopping; });
  const deployer scripts = start_deployer();
  up = start_uplink(incarnation, scripts);
  const auto tell = [to = up](uplink_event_ptr what) { caf::anon_send(to, std::move(what)); };
  queries =
      std::make_unique<traffic_queries>(stored(), &screen, options.name, [tell](protocol::message what) {
        tell(std::make_shared<const uplink_event>(answer_ready{std::move(what)}));
      });
  news->tell(tell);
  actions->on_actions([tell] { tell(std::make_shared<const uplink_event>(actions_waiting{})); });
  records->on_records([tell] { tell(std::make_shared<const uplink_event>(records_waiting{})); });
  caf::anon_send(up, atom::load::value);
  // What an earlier life has left is to be sent too.
  tell(std::make_shared<const uplink_event>(records_waiting{}));
  auto opened = link.open(options.link, tell);
  if (!opened) stop();
  return opened;
}

bool node::parts::stop() {
  stopping = true;
  caf::anon_send(up, std::make_shared<const uplink_event>(stop_asked{}));
  constexpr std::chrono::milliseconds reserve{500};
  bool all_ended = false;
  {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, uplink::longest_goodbye + reserve, [this] { return finished || died; });
    all_ended = finished.value_or(false);
  }
  link.stop();
  queries->stop();
  if (!all_ended) log::warn("stop", "a script does not end; what it was doing is given up");
  return all_ended;
}

node_stats node::parts::stats(std::uint64_t generation) const {
  const spool_stats spool = records->stats();
  node_stats out;
  out.uptime = steady::now() - started_steady;
  out.generation = generation;
  out.packets = gauges->packets;
  out.bytes = gauges->bytes;
  out.kernel_dropped = gauges->kernel_dropped;
  out.interface_dropped = gauges->interface_dropped;
  out.decode_errors = progress->read().decode_errors;
  out.waiting_records = spool.waiting_records;
  out.waiting_bytes = spool.waiting_bytes;
  out.dropped_records = spool.dropped_records;
  out.scripts = book->totals(spool.dropped_lines);
  return out;
}

node_view node::parts::view() const {
  node_view out;
  {
    const std::lock_guard lock{mutex};
    out.uplink = shown;
  }
  out.stats = stats(out.uplink.generation);
  out.spool = records->stats();
  out.link = link.statistics();
  out.capture_gaps = gauges->gaps;
  out.capturing = gauges->capturing;
  const capture_totals totals = progress->read();
  out.tcp_packets = totals.tcp_packets;
  out.icmp_packets = totals.icmp_packets;
  out.dns_packets = totals.dns_packets;
  out.items = totals.items;
  if (store) out.store = store->view();
  out.jobs = records->jobs();
  out.hooks = book->hooks();
  out.heap_bytes = book->heap_bytes();
  return out;
}

std::vector<std::string> node::parts::not_ready() const {
  const std::lock_guard lock{mutex};
  return reasons_not_ready(shown, gauges->capturing);
}

std::optional<error> node::parts::failure() const {
  const std::lock_guard lock{mutex};
  return died;
}

bool node::parts::is_healthy() const {
  return since(uplink_at) < longest_silence && since(gauges->read_at) < longest_silence;
}

std::vector<std::string> reasons_not_ready(const uplink_view& uplink, bool capturing) {
  std::vector<std::string> out;
  if (!capturing) out.emplace_back("the capture is lost, and is opened again as soon as that is possible");
  if (uplink.generation == 0) {
    out.emplace_back(uplink.welcome ? "there is no deployment yet: the hub has none"
                                    : "there is no deployment yet: the hub was not reached");
  } else if (uplink.loading_scripts > 0) {
    out.push_back(std::to_string(uplink.loading_scripts) + " of " + std::to_string(uplink.scripts.size()) +
                  " scripts are being loaded");
  }
  return out;
}

namespace {

/// A node whose disk takes nothing still runs its scripts.
std::unique_ptr<traffic_store> open_store(const std::optional<traffic_store_options>& options) {
  if (!options) return nullptr;
  auto opened = traffic_store::open(*options, wall_now());
  if (opened) return std::move(*opened);
  log::error("store-not-opened", "reason=", opened.error().message,
             " effect=\"packets and items are not kept until the worker is started again\"");
  return nullptr;
}

} // namespace

result<std::unique_ptr<node>> node::start(const node_options& options, source_opener open) {
  auto capture = open();
  if (!capture) return pass_on(std::move(capture));
  spool_settings of_spool;
  of_spool.folder = options.data;
  auto spool = record_spool::open(of_spool); // takes the folder's lock, so it comes first
  if (!spool) return pass_on(std::move(spool));
  auto incarnation = begin_incarnation(options.data + "/incarnation", wall_now());
  if (!incarnation) return pass_on(std::move(incarnation));
  auto instants = instant_file::open(options.data + "/instants");
  if (!instants) return pass_on(std::move(instants));
  auto made = std::make_unique<parts>(options, std::move(open), std::move(*spool), std::move(*instants),
                                      open_store(options.store));
  if (auto begun = made->begin(std::move(*capture), *incarnation); !begun) return pass_on(std::move(begun));
  log::info("node-started", "node=", options.name, " hub=", options.link.hub, " data=", options.data);
  return std::unique_ptr<node>{new node{std::move(made)}};
}

node::node(std::unique_ptr<parts> made) : parts_{std::move(made)} {}
node::~node() = default;

bool node::stop() { return parts_->stop(); }
node_view node::view() const { return parts_->view(); }
std::vector<std::string> node::not_ready() const { return parts_->not_ready(); }
std::optional<error> node::failure() const { return parts_->failure(); }
bool node::is_healthy() const { return parts_->is_healthy(); }

} // namespace remora::worker
