#include "hub/inside.hpp"

#include "base/log.hpp"
#include "filter/macro_table.hpp"
#include "hub/store/retention.hpp"

namespace remora::hub {

namespace {

/// A name for a key that stands in the configuration without one: its beginning, as far as names may hold it.
std::string name_of_key(const std::string& key) {
  std::string name = "key-";
  for (const char c : key.substr(0, 12))
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return name;
}

void retain_for_a_while(database& in, const config::retention_settings& keep) {
  constexpr int most_steps = 20;
  retention_limits limits;
  limits.runs = keep.runs;
  limits.console = keep.console;
  std::uint64_t over_size = 0;
  for (int step = 0; step < most_steps; ++step) {
    auto done = retain(in, limits, wall_now());
    if (!done) return log::warn("retention-failed", "why=", done.error().message);
    over_size += done->lines_over_size + done->runs_over_size;
    if (!done->more) break;
  }
  if (over_size > 0) {
    log::warn("retention-size", "records=", over_size,
              " what=the store has reached its size: the oldest went before their time");
  }
}

} // namespace

result<void> running_hub::inside::start(const config::script_set& scripts, const std::string& software) {
  if (auto done = open_store(); !done) return done;
  auto jobs = on_disk([](stores& in) { return in.jobs.list(); });
  if (!jobs) return pass_on(std::move(jobs));
  actors_ = std::make_unique<caf::actor_system>(actor_config_);
  link_ = std::make_unique<hub_link>([this](core_work what) { post(std::move(what)); });
  spawn(software, *jobs);
  use_macros(settings_);
  if (auto done = begin_deployments(scripts); !done) return done;
  return open_link();
}

result<void> running_hub::inside::open_store() {
  auto opened = hub::open_store({settings_.hub.data, gib(8)});
  if (!opened) return pass_on(std::move(opened));
  store_ = std::make_unique<store_thread>(std::move(*opened));
  auto epoch = on_disk([](stores& in) { return in.facts.begin_epoch(wall_now()); });
  if (!epoch) return pass_on(std::move(epoch));
  epoch_ = *epoch;
  return {};
}

void running_hub::inside::spawn(const std::string& software, const std::vector<job_definition>& known_jobs) {
  hub_ = actors_->spawn(run_hub, std::function<std::unique_ptr<hub_core>()>{[this, software, known_jobs] {
                          auto core = make_core(software);
                          core->load_jobs(known_jobs);
                          return core;
                        }});
}

std::unique_ptr<hub_core> running_hub::inside::make_core(const std::string& software) {
  hub_core::parts parts;
  parts.session.epoch = epoch_;
  parts.out = link_.get();
  parts.publish_port = [this] { return link_->publish_port(); };
  parts.software = software;
  parts.store = [this](store_thread::work work, std::function<void()> then) {
    store_->post([this, work = std::move(work), then = std::move(then)](stores& in) {
      work(in);
      post([then](hub_core&) { then(); });
    });
  };
  parts.wall = wall_now;
  parts.steady = std::chrono::steady_clock::now;
  parts.changed = [this](topic what) { hearing.tell(what); };
  parts.every_second = [this] { keep_retention(); };
  return std::make_unique<hub_core>(std::move(parts));
}

result<void> running_hub::inside::begin_deployments(const config::script_set& scripts) {
  return on_disk([this, &scripts](stores& in) -> result<void> {
    desk_ = std::make_unique<deployment_desk>(in, [this](published_ptr newest) {
      post([newest = std::move(newest)](hub_core& core) { core.deploy(newest); });
    });
    return desk_->begin(terms_of(settings_), scripts, settings_.scripting, wall_now());
  });
}

result<link::enrolment> running_hub::inside::enrolled() const {
  const std::string file = settings_.hub.data + "/workers.keys";
  auto all = link::enrolment::load(file);
  if (!all) return all;
  for (const auto& [key, who] : all->keys()) {
    if (who.name == protocol::hub_node && !who.revoked)
      return fail(errc::invalid_config,
                  file + ": " + key +
                      " is enrolled as \"hub\", which is the name of the "
                      "hub's own scripts: revoke it and enroll the worker under another name");
  }
  for (const auto& key : settings_.hub.link.curve.workers) {
    if (all->name_of(key) != nullptr || all->is_revoked(key)) continue;
    if (auto done = all->enroll(name_of_key(key), key, wall_now()); !done) return pass_on(std::move(done));
  }
  if (!own_node_key_.empty()) {
    if (auto done = all->enroll(std::string{protocol::hub_node}, own_node_key_, wall_now()); !done)
      return pass_on(std::move(done));
  }
  return all;
}

result<void> running_hub::inside::open_link() {
  const auto& from = settings_.hub.link;
  link::hub_options options;
  options.listen = from.listen;
  options.publish = from.publish;
  options.insecure = from.insecure;
  if (!from.curve.secret_key.empty()) {
    auto secret = link::secret_key::parse(from.curve.secret_key);
    if (!secret) return fail(secret.error().code, "hub.link.curve.secret_key: " + secret.error().message);
    options.secret = std::move(*secret);
  }
  auto keys = enrolled();
  if (!keys) return pass_on(std::move(keys));
  options.enrolled = std::move(*keys);
  return link_->open(std::move(options));
}

result<void> running_hub::inside::reload_enrolment() {
  const std::lock_guard lock{settings_mutex_};
  auto keys = enrolled();
  if (!keys) return pass_on(std::move(keys));
  link_->set_enrolment(std::move(*keys));
  return {};
}

result<void> running_hub::inside::admit_own_node(const std::string& public_key) {
  {
    const std::lock_guard lock{settings_mutex_};
    own_node_key_ = public_key;
  }
  return reload_enrolment();
}

result<void> running_hub::inside::apply(const config::settings& with) {
  {
    const std::lock_guard lock{settings_mutex_};
    settings_ = with;
  }
  use_macros(with);
  return on_disk([this, terms = terms_of(with)](stores&) { return desk_->set_terms(terms); });
}

/// Macros that are wrong the program has refused; without them the hub works all the same.
void running_hub::inside::use_macros(const config::settings& of) {
  auto made = filter::macro_table::make(of.filter.macros);
  if (!made) return log::error("macros-not-used", "filter.macros: ", made.error().message);
  post([macros = std::move(*made)](hub_core& core) { core.queries().use_macros(macros); });
}

config::settings running_hub::inside::settings() const {
  const std::lock_guard lock{settings_mutex_};
  return settings_;
}

void running_hub::inside::post(core_work what) {
  caf::anon_send(hub_, std::make_shared<const core_work>(std::move(what)));
}

/// A little of what is too old goes every second, so that it never holds up the rest for long.
void running_hub::inside::keep_retention() {
  if (retaining_.exchange(true)) return; // the disk is busy: next time
  const auto keep = settings().hub.retention;
  const bool posted = store_->post([this, keep](stores& in) {
    retain_for_a_while(in.data, keep);
    retaining_ = false;
  });
  if (!posted) retaining_ = false;
}

void running_hub::inside::stop() {
  if (std::exchange(stopped_, true)) return;
  if (link_) link_->close();
  if (store_) store_->stop(); // what it still says to the core is dropped with the actor
  if (hub_) {
    caf::anon_send_exit(hub_, caf::exit_reason::user_shutdown);
    hub_ = nullptr;
  }
  actors_.reset();
}

} // namespace remora::hub
