#include "actors/link/hub_core.hpp"

#include <algorithm>
#include <utility>

#include "actors/link/frame.hpp"

namespace remora::link {

namespace {

constexpr milliseconds shortest_heartbeat{10};
constexpr milliseconds longest_linger{1500};
constexpr int lost_after = 3;             // heartbeats
constexpr milliseconds retry_waiting{10}; // see wait()
constexpr milliseconds beat_spacing{20};  // between heartbeats that new subscribers cause
constexpr int most_subscription_requests = 100;
constexpr std::int64_t largest_subscription = 4096; // also a frame of the handshake has to fit

result<void> check(const hub_options& options) {
  if (options.heartbeat < shortest_heartbeat || options.linger > longest_linger ||
      options.linger.count() < 0) {
    return fail(errc::invalid_config, "the link's heartbeat is at least 10ms and its linger 0 to 1500ms");
  }
  if (options.secret && zmq_has("curve") == 0) {
    return fail(errc::invalid_config, "the link has a CURVE key, but libzmq was built without CURVE");
  }
  return {};
}

void bind_to(zmq::socket_t& socket, const zmq_endpoint& where) {
  socket.set(zmq::sockopt::ipv6, where.is_v6);
  socket.set(zmq::sockopt::backlog, 128);
  socket.bind(where.text);
}

} // namespace

result<std::shared_ptr<hub_core>> hub_core::open(hub_options options, hub_handler& handler) {
  if (auto checked = check(options); !checked) return pass_on(std::move(checked));
  const bool curve = options.secret.has_value();
  const auto listen = check_endpoint("the hub's link", options.listen, curve, options.insecure);
  if (!listen) return fail(listen.error().code, listen.error().message);
  const auto publish = check_endpoint("the hub's publisher", options.publish, curve, options.insecure);
  if (!publish) return fail(publish.error().code, publish.error().message);
  try {
    auto core = std::make_shared<hub_core>(std::move(options), handler, *listen, *publish);
    if (!core->mailbox_.usable()) return fail(errc::io_failed, "the link found no file descriptor left");
    return core;
  } catch (const zmq::error_t& failed) {
    return fail(failed.num() == EACCES ? errc::permission_denied : errc::io_failed,
                "the hub cannot listen on " + listen->text + " and " + publish->text + ": " + failed.what());
  }
}

hub_core::hub_core(hub_options options, hub_handler& handler, const zmq_endpoint& listen,
                   const zmq_endpoint& publish)
    : options_{std::move(options)},
      handler_{handler},
      curve_{options_.secret.has_value()},
      mailbox_{options_.queues.command_messages, options_.queues.command_bytes} {
  if (curve_) gate_.emplace(context_); // before anybody can knock
  router_.emplace(context_, zmq::socket_type::router);
  publisher_.emplace(context_, zmq::socket_type::xpub);
  set_common_options(*router_, options_.queues, options_.linger);
  set_common_options(*publisher_, options_.queues, options_.linger);
  router_->set(zmq::sockopt::router_mandatory,
               true); // "nobody there" and "takes nothing" are answers, not silence
  publisher_->set(zmq::sockopt::sndhwm, options_.publish_library_messages);
  publisher_->set(zmq::sockopt::maxmsgsize, largest_subscription);
  publisher_->set(zmq::sockopt::xpub_verbose, true); // every subscriber is seen, so that it can be cut
  for (auto* socket : {&*router_, &*publisher_}) {
    if (curve_) set_curve_server(*socket, *options_.secret);
  }
  router_watch_.emplace(context_, *router_, "link");
  publisher_watch_.emplace(context_, *publisher_, "publisher");
  bind_to(*router_, listen);
  bind_to(*publisher_, publish);
  listens_at_ = bound_to(*router_);
  publishes_at_ = bound_to(*publisher_);
  const auto port = std::stoul(publishes_at_.substr(publishes_at_.rfind(':') + 1));
  heartbeat_ = make_hub_heartbeat(static_cast<std::uint16_t>(port));
}

bool hub_core::send(std::string peer, std::string_view bytes) {
  if (stopping_.load()) {
    counters_.dropped(drop_reason::stopped);
    return false;
  }
  if (bytes.size() > options_.queues.message_bytes) {
    counters_.dropped(drop_reason::too_big);
    return false;
  }
  if (peer.empty()) {
    counters_.dropped(drop_reason::no_such_peer);
    return false;
  }
  if (mailbox_.push({std::move(peer), make_frame(frame_type::data, bytes)}, bytes.size())) return true;
  counters_.dropped(drop_reason::command_queue_full);
  return false;
}

bool hub_core::publish(std::string_view bytes) {
  if (stopping_.load()) {
    counters_.dropped(drop_reason::stopped);
    return false;
  }
  if (bytes.size() > options_.publish_bytes) {
    counters_.dropped(drop_reason::too_big);
    return false;
  }
  if (mailbox_.push({{}, make_frame(frame_type::data, bytes)}, bytes.size())) return true;
  counters_.dropped(drop_reason::command_queue_full);
  return false;
}

void hub_core::set_enrolment(enrolment enrolled) {
  {
    const std::lock_guard lock{shared_};
    new_enrolment_ = std::move(enrolled); // beside the mailbox: a revocation must not find a full queue
  }
  mailbox_.wake();
}

std::vector<peer_status> hub_core::peers() const {
  const std::lock_guard lock{shared_};
  return status_;
}

void hub_core::ask_to_stop() noexcept {
  stopping_.store(true);
  mailbox_.wake();
}

void hub_core::run() {
  thread_.store(std::this_thread::get_id());
  log::info("link-listening", "at=", listens_at_, " publisher=", publishes_at_,
            " curve=", curve_ ? "yes" : "no");
  now_ = std::chrono::steady_clock::now();
  while (!stopping_.load()) {
    try {
      serve();
    } catch (const std::exception& failed) { // out of memory or of descriptors: go on with what works
      log::error("link-failed", "what=", failed.what());
      wait_readable({}, retry_waiting);
    }
  }
  try {
    take_commands(); // what was handed over before the stop still goes out
    pump_waiting();
  } catch (const std::exception& failed) {
    log::error("link-failed", "what=", failed.what());
  }
  close();
}

void hub_core::serve() {
  while (!stopping_.load()) {
    now_ = std::chrono::steady_clock::now();
    if (now_ >= next_tick_) tick();
    if (beat_wanted_ && now_ - last_beat_ >= beat_spacing) beat();
    if (!work()) wait();
  }
}

bool hub_core::work() {
  bool any = take_commands();
  any |= gate_ && answer_gate();
  any |= follow_watch(*router_watch_, "link");
  any |= follow_watch(*publisher_watch_, "publisher");
  any |= drain_publisher();
  any |= drain_router();
  any |= pump_waiting();
  // libzmq signals each change once, and any call on a socket may have taken the signal: ask before waiting.
  return any || has_input(*router_) || has_input(*publisher_) || router_watch_->has_input() ||
         publisher_watch_->has_input() || (gate_ && gate_->has_input());
}

void hub_core::wait() {
  auto most = std::chrono::ceil<milliseconds>(next_tick_ - now_);
  // "There is room again" has no event of its own; its signal may have been taken by another call, see
  // work().
  if (!waiting_.empty()) most = std::min(most, retry_waiting);
  if (beat_wanted_) most = std::min(most, beat_spacing);
  std::vector<int> all{mailbox_.descriptor(), router_->get(zmq::sockopt::fd),
                       publisher_->get(zmq::sockopt::fd), router_watch_->descriptor(),
                       publisher_watch_->descriptor()};
  if (gate_) all.push_back(gate_->descriptor());
  wait_readable(all, most);
}

void hub_core::close() {
  for (auto& [route, one] : connections_) {
    forget_waiting(one, drop_reason::stopped);
  }
  // First of all: an I/O thread that waits for room in a watch would never end otherwise.
  context_.shutdown();
  router_watch_.reset();
  publisher_watch_.reset();
  router_.reset();
  publisher_.reset();
  gate_.reset();    // last: without it libzmq lets everybody in
  context_.close(); // waits for what lingers
  log::info("link-closed", "at=", listens_at_);
}

bool hub_core::take_commands() {
  std::optional<enrolment> exchanged;
  mailbox_.take_all(taken_);
  {
    const std::lock_guard lock{shared_};
    exchanged.swap(new_enrolment_);
  }
  if (exchanged) {
    options_.enrolled = std::move(*exchanged);
    apply_enrolment();
  }
  for (auto& one : taken_) {
    if (one.peer.empty()) {
      publisher_->send(zmq::buffer(one.frame), zmq::send_flags::dontwait);
      counters_.published();
    } else {
      queue(std::move(one));
    }
  }
  return !taken_.empty() || exchanged;
}

bool hub_core::answer_gate() {
  return gate_->answer([this](const gate::question& one) {
    const auto* name = options_.enrolled.name_of(one.key);
    if (name != nullptr && !is_banned(one.key)) return true;
    if (name != nullptr) {
      refuse(one.address, *name, *name + " is turned away for a while after what it sent");
    } else if (options_.enrolled.is_revoked(one.key)) {
      refuse(one.address, one.address, "the key " + one.key + " is revoked");
    } else {
      refuse(one.address, one.address,
             "the key " + one.key + " is not enrolled: `remora keys enroll` lets it in");
    }
    return false;
  });
}

bool hub_core::follow_watch(connection_watch& watch, std::string_view what) {
  auto& failure = failures_[std::string{what}];
  return watch.drain([&](const connection_watch::happening& one) {
    if (is_handshake_failure(one.event)) {
      // A key that was refused at the gate was named there: nothing is left to say.
      const bool told = one.event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
      failure = told ? std::string{} : handshake_failure_text(one.event, one.value);
    } else if (one.event == ZMQ_EVENT_ACCEPT_FAILED) {
      refuse({}, {},
             "a connection to the " + std::string{what} + " could not be accepted: " + errno_text(one.value));
    } else if (one.event == ZMQ_EVENT_DISCONNECTED) {
      // One I/O thread reports the failure and the end of the connection, whose descriptor tells who, one
      // after the other. Not every failure is reported.
      const auto why = std::exchange(failure, std::nullopt);
      if (why ? !why->empty() : !was_heard(one.value, one.address)) {
        refuse(one.address, one.address.substr(0, one.address.rfind(':')),
               why.value_or("it left without having said anything we know"));
      }
      const auto gone = subscribers_.find(one.value); // the number may already be somebody else's
      if (gone != subscribers_.end() && gone->second.address == one.address) subscribers_.erase(gone);
    }
  });
}

bool hub_core::was_heard(int descriptor, const std::string& address) const {
  const auto subscribed = subscribers_.find(descriptor);
  if (subscribed != subscribers_.end() && subscribed->second.address == address) return true;
  return std::any_of(connections_.begin(), connections_.end(),
                     [&](const auto& one) { return one.second.address == address; });
}

bool hub_core::drain_publisher() {
  bool any = false;
  zmq::message_t frame;
  while (receive(*publisher_, frame)) {
    any = true;
    take_subscription(frame, skip_rest(*publisher_, frame));
  }
  return any;
}

/// Our workers ask for everything, once. Whoever does something else would only make libzmq remember it.
void hub_core::take_subscription(zmq::message_t& frame, std::size_t rest) {
  const int descriptor = descriptor_of(frame);
  const std::string address = remote_address(descriptor);
  if (frame.size() == 1 && *frame.data<char>() == 0) return; // an end, which the connection's own also is
  auto& known = subscribers_[descriptor];
  if (known.address != address) known = {property_of(frame, "User-Id"), address, 0};
  const bool ours = rest == 0 && frame.size() == 1 && *frame.data<char>() == 1;
  if (!ours || ++known.requests > most_subscription_requests) {
    counters_.dropped(drop_reason::malformed);
    refuse(address, known.key.empty() ? address : known.key, "sent nonsense to the publisher");
    cut_connection(descriptor, address);
  } else if (curve_ && options_.enrolled.name_of(known.key) == nullptr) { // revoked since the gate
    cut_connection(descriptor, address);
  } else {
    beat_wanted_ = true;
  }
}

void hub_core::beat() {
  const auto frame = make_frame(frame_type::heartbeat, {});
  publisher_->send(zmq::buffer(frame), zmq::send_flags::dontwait);
  last_beat_ = now_;
  beat_wanted_ = false;
}

void hub_core::tick() {
  next_tick_ = now_ + options_.heartbeat / 4;
  if (now_ - last_beat_ >= options_.heartbeat - options_.heartbeat / 8) beat();
  end_silent();
  for (auto it = banned_.begin(); it != banned_.end();) {
    it = it->second <= now_ ? banned_.erase(it) : std::next(it);
  }
  publish_status();
}

void hub_core::end_silent() {
  const auto patience = options_.heartbeat * lost_after;
  for (auto it = connections_.begin(); it != connections_.end();) {
    auto& one = it->second;
    if (now_ - one.heard <= patience) {
      ++it;
      continue;
    }
    if (!one.ended) end(one, gone_reason::silent);
    // Kept a while, so that what still comes of it, and its end, are known for what they are.
    it = now_ - one.heard > 2 * patience ? connections_.erase(it) : std::next(it);
  }
}

} // namespace remora::link
