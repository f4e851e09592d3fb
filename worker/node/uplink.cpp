#include "worker/node/uplink.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.hpp"

namespace remora::worker {

namespace {

/// Lines that come within this time go out together. Short enough for a person who watches.
constexpr milliseconds gathering{20};
constexpr milliseconds between_syncs{1'000};
constexpr milliseconds between_saves{30'000};
constexpr milliseconds between_complaints{1'000};

std::set<std::string> titles_of(const wanted_scripts& wanted) {
  std::set<std::string> out;
  for (const script_source& script : wanted.scripts)
    out.insert(script.title);
  return out;
}

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

} // namespace

uplink::uplink(uplink_parts with)
    : with_{std::move(with)},
      session_{with_.about, with_.session, *with_.transport, *this},
      file_{with_.deployment} {}

void uplink::begin(moment now) {
  now_ = now;
  auto known = file_.load();
  if (!known) {
    log::error("deployment", known.error().message);
  } else if (*known) {
    log::info("deployment",
              "runs the last one, of this node's disk: generation=", (*known)->manifest.generation);
    intake_.begin_with(**known);
    run(**known);
  }
}

void uplink::run(const whole_deployment& what) {
  const auto wanted = wanted_of(what);
  board_.want(titles_of(*wanted));
  session_.set_generation(what.manifest.generation);
  with_.deploy(wanted);
}

// ---- what happens

void uplink::handle(const uplink_event& what, moment now) {
  now_ = now;
  std::visit(overloaded{[&](const link_connected&) { session_.connected(now); },
                        [&](const link_subscribed&) { session_.subscribed(now); },
                        [&](const link_lost&) { session_.disconnected(); },
                        [&](const link_message& one) { session_.receive(one.bytes, now); },
                        [&](const link_published& one) { session_.receive_published(one.bytes, now); },
                        [&](const records_waiting&) {
                          with_.records->take_note();
                          if (!pump_at_) pump_at_ = now + gathering;
                          if (!sync_at_) sync_at_ = now + between_syncs;
                        },
                        [&](const actions_waiting&) {
                          with_.actions->take_note();
                          if (!say_dropped_at_) say_dropped_at_ = now + between_complaints;
                          pump();
                        },
                        [&](const answer_ready& one) { session_.say(one.what, now); },
                        [&](const stop_asked&) { stop_by_ = now + longest_goodbye; },
                        [&](const auto&) { note(what); }},
             what);
  tick(now);
}

/// News of the scripts of this node.
void uplink::note(const uplink_event& what) {
  const timestamp wall = with_.wall();
  std::visit(overloaded{[&](const script_running& one) { board_.running(one.generation, one.script, wall); },
                        [&](const script_refused& one) {
                          board_.refused(one.generation, one.script, one.why, one.declined, wall);
                        },
                        [&](const script_suspended& one) { board_.suspended(one.title, one.why, wall); },
                        [&](const script_stuck& one) { board_.stuck(one.title, wall); },
                        [&](const script_ended& one) {
                          if (board_.ended(one.title, wall)) with_.forget(one.title);
                        },
                        [&](const script_jobs& one) { board_.jobs(one.title, one.jobs); },
                        [&](const protocol::job_request& one) {
                          if (!board_.request(one) && dropped_requests_++ == 0)
                            log::warn("job-requests", "scripts ask for more than the hub can be told of");
                          if (!session_.is_welcome()) warn_of_hub(one);
                        },
                        [&](const all_scripts_ended&) { scripts_ended_ = true; }, [](const auto&) {}},
             what);
  pump();
}

void uplink::tick(moment now) {
  now_ = now;
  if (done_) return;
  session_.tick(now);
  if (session_.is_welcome()) {
    if (const auto question = intake_.question(now)) session_.say(*question, now);
  }
  if (pump_at_ && *pump_at_ <= now) {
    pump_at_.reset();
    pump();
    // What pump() had no room for, or nobody to send to, is to be on disk all the same.
    static_cast<void>(with_.records->flush());
  }
  if (say_dropped_at_ && *say_dropped_at_ <= now) {
    say_dropped_at_.reset();
    for (const auto& [script, count] : with_.actions->take_dropped()) {
      print(script, console_level::error,
            "hub.action: " + std::to_string(count) + " calls were dropped, the oldest first: " +
                (session_.is_welcome() ? "they come faster than they can be sent"
                                       : "the hub cannot be reached"));
    }
  }
  look_after_disk();
  end_if_done();
}

void uplink::warn_of_hub(const protocol::job_request& asked) {
  print(asked.script, console_level::warn,
        "jobs." + std::string{to_string(asked.what)} + (asked.all ? "All" : "") +
            ": the hub cannot be reached; done on this node, the others hear of it when the hub is back");
}

/// A line of remora's own on the console of a script.
void uplink::print(const std::string& script, console_level level, std::string text) {
  with_.records->console({with_.wall(), with_.about.node, script, level, std::move(text)});
}

void uplink::look_after_disk() {
  if (sync_at_ && *sync_at_ <= now_) {
    sync_at_.reset();
    static_cast<void>(with_.records->sync()); // the spool says what is wrong, once
  }
  if (save_at_ && *save_at_ <= now_) save();
}

std::optional<uplink::moment> uplink::next_deadline() const {
  auto earliest = session_.next_deadline();
  const auto consider = [&](const std::optional<moment>& when) {
    if (when && (!earliest || *when < *earliest)) earliest = when;
  };
  if (session_.is_welcome()) consider(intake_.next_question());
  consider(pump_at_);
  consider(say_dropped_at_);
  consider(sync_at_);
  consider(save_at_);
  consider(stop_by_);
  return earliest;
}

// ---- what the hub says

void uplink::welcomed(const protocol::welcome&, bool new_life) {
  sure_ = new_life;
  if (new_life) board_.send_all_again();
  pump();
}

void uplink::lost() {
  intake_.forget_hub();
  if (with_.hub_lost) with_.hub_lost();
}

void uplink::generation_is(std::uint64_t generation) {
  intake_.hear_of(generation, now_, std::exchange(sure_, false));
}

void uplink::received(const protocol::message& what, protocol::stream_position at) {
  take_in(what);
  session_.confirm(at, now_);
}

void uplink::take_in(const protocol::message& what) {
  if (const auto* code = std::get_if<protocol::script_code>(&what)) {
    const auto taken = intake_.take(*code);
    if (taken) return;
    ++refused_code_;
    log::error("deployment", taken.error().message);
  } else if (const auto* next = std::get_if<protocol::deployment>(&what)) {
    auto whole = intake_.take(*next, now_);
    if (!whole) return;
    log::info("deployment", "generation=", whole->manifest.generation,
              " scripts=", whole->manifest.scripts.size());
    run(*whole);
    unsaved_ = std::move(whole);
    save();
  } else if (const auto* order = std::get_if<protocol::job_order>(&what)) {
    with_.order(*order);
    // The hub knows all that is paused: what is on disk here is to know it too, should this worker restart.
    const bool changes_pauses =
        order->what == protocol::job_action::pause || order->what == protocol::job_action::resume;
    if (changes_pauses) intake_.hear_of(intake_.generation(), now_, true);
  } else if (const auto* call = std::get_if<protocol::action_delivery>(&what)) {
    with_.call(*call);
  }
}

/// A deployment that cannot be saved runs all the same: a full disk must not keep a node on old scripts.
void uplink::save() {
  save_at_.reset();
  if (!unsaved_) return;
  if (const auto saved = file_.save(*unsaved_); !saved) {
    log::error("deployment",
               "it runs but is not kept on disk, so that a restart without a hub would run "
               "the one before: ",
               saved.error().message);
    save_at_ = now_ + between_saves;
    return;
  }
  unsaved_.reset();
}

protocol::heartbeat uplink::describe_health() { return {with_.wall(), with_.stats(intake_.generation())}; }

// ---- what goes to the hub

/// Sends as much as there is room for: first how it stands, then records.
void uplink::pump() {
  if (!session_.is_welcome()) return;
  if (!board_.flush([this](const protocol::message& what) { return send(what); })) return;
  if (!send_actions()) return;
  if (held_) {
    if (!send(*held_)) return;
    held_.reset();
  }
  while (auto batch = with_.records->next_batch()) {
    if (send(*batch)) continue;
    held_ = std::move(batch);
    return;
  }
}

/// @returns false when there is no room for one.
bool uplink::send_actions() {
  if (!held_action_) held_action_ = with_.actions->take();
  for (; held_action_; held_action_ = with_.actions->take())
    if (!send(*held_action_)) return false;
  return true;
}

/// @returns false when there is no room. What can never be sent is let go.
bool uplink::send(const protocol::message& what) {
  const auto number = session_.send(what, now_);
  if (number) {
    last_number_ = *number;
  } else if (number.error() == errc::window_full) {
    return false;
  } else {
    log::error("message-not-sent", number.error().message);
  }
  return true;
}

bool uplink::send(const spool_batch& batch) {
  if (!send(batch.what)) return false;
  sent_.push_back({last_number_, batch.ticket});
  return true;
}

void uplink::acknowledged(std::uint64_t number) {
  std::optional<std::uint64_t> ticket;
  for (; !sent_.empty() && sent_.front().number <= number; sent_.pop_front())
    ticket = sent_.front().ticket;
  if (!ticket) return;
  if (const auto released = with_.records->release(*ticket); !released)
    log::error("records", released.error().message);
  if (!sync_at_) sync_at_ = now_ + between_syncs;
  pump();
}

// ---- the end

void uplink::end_if_done() {
  if (!stop_by_ || done_) return;
  const bool late = *stop_by_ <= now_;
  const bool all_said = sent_.empty() && !held_ && !held_action_ && !pump_at_;
  const bool nothing_to_wait_for = scripts_ended_ && (all_said || !session_.is_welcome());
  if (!late && !nothing_to_wait_for) return;
  session_.say(protocol::goodbye{"the worker was stopped"}, now_);
  static_cast<void>(with_.records->sync());
  done_ = true;
}

uplink_view uplink::view() const {
  uplink_view out;
  out.welcome = session_.is_welcome();
  out.generation = intake_.generation();
  out.running_scripts = board_.running_scripts();
  out.loading_scripts = board_.loading_scripts();
  out.scripts = board_.wanted_scripts();
  out.session = session_.counters();
  out.channel = session_.channel_counters();
  out.refused_code = refused_code_;
  out.dropped_requests = dropped_requests_;
  out.dropped_actions = with_.actions->dropped();
  return out;
}

} // namespace remora::worker
