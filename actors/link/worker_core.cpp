#include "actors/link/worker_core.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "actors/link/frame.hpp"

namespace remora::link {

namespace {

constexpr milliseconds shortest_heartbeat{10};
constexpr milliseconds longest_linger{1500};
constexpr milliseconds retry_waiting{10}; // see hub_core::wait()
constexpr int publications_in_library = 2048;

result<void> check(const worker_options& options) {
  if (options.heartbeat < shortest_heartbeat || options.linger > longest_linger ||
      options.linger.count() < 0) {
    return fail(errc::invalid_config, "the link's heartbeat is at least 10ms and its linger 0 to 1500ms");
  }
  if (!options.hub_key.empty() && !is_public_key(options.hub_key)) {
    return fail(errc::invalid_config, "the hub's public key is not 40 characters of Z85");
  }
  if (options.hub_key.empty() != !options.secret) {
    return fail(errc::invalid_config, "CURVE needs both the hub's public key and this worker's secret key");
  }
  if (options.secret && zmq_has("curve") == 0) {
    return fail(errc::invalid_config, "the link has a CURVE key, but libzmq was built without CURVE");
  }
  if (!is_peer_name(options.name) && !(options.name.empty() && options.secret)) {
    return fail(errc::invalid_config,
                "a worker's name has 1 to 253 letters, digits, dots, underscores and hyphens, "
                "and begins with a letter or digit");
  }
  return {};
}

result<zmq_endpoint> to_connect(std::string_view what, const std::string& text,
                                const worker_options& options) {
  auto made = check_endpoint(what, text, options.secret.has_value(), options.insecure);
  if (made && (made->text.back() == '*' || made->host == "*")) {
    return fail(errc::invalid_config,
                std::string{what} + " at " + text + " needs a host and a port to connect to");
  }
  return made;
}

} // namespace

result<std::shared_ptr<worker_core>> worker_core::open(worker_options options, worker_handler& handler) {
  if (auto checked = check(options); !checked) return pass_on(std::move(checked));
  auto hub = to_connect("the hub's link", options.hub, options);
  if (!hub) return pass_on(std::move(hub));
  std::string publisher;
  if (!options.publish.empty()) {
    auto given = to_connect("the hub's publisher", options.publish, options);
    if (!given) return pass_on(std::move(given));
    publisher = given->text;
  }
  try {
    auto core =
        std::make_shared<worker_core>(std::move(options), handler, std::move(*hub), std::move(publisher));
    if (!core->mailbox_.usable()) return fail(errc::io_failed, "the link found no file descriptor left");
    return core;
  } catch (const zmq::error_t& failed) {
    return fail(errc::io_failed, std::string{"the link could not start: "} + failed.what());
  }
}

worker_core::worker_core(worker_options options, worker_handler& handler, zmq_endpoint hub,
                         std::string publisher)
    : options_{std::move(options)},
      handler_{handler},
      hub_endpoint_{std::move(hub)},
      publisher_endpoint_{std::move(publisher)},
      heartbeat_{make_frame(frame_type::heartbeat, options_.name)},
      pauses_{options_.reconnect_first, options_.reconnect_most, std::random_device{}()},
      mailbox_{options_.queues.command_messages, options_.queues.command_bytes},
      waiting_{options_.queues.messages, options_.queues.bytes} {}

bool worker_core::send(std::string_view bytes) {
  if (stopping_.load()) {
    counters_.dropped(drop_reason::stopped);
  } else if (bytes.size() > options_.queues.message_bytes) {
    counters_.dropped(drop_reason::too_big);
  } else if (!connected_.load()) {
    counters_.dropped(drop_reason::not_connected);
  } else if (!mailbox_.push(make_frame(frame_type::data, bytes), bytes.size())) {
    counters_.dropped(drop_reason::command_queue_full);
  } else {
    return true;
  }
  return false;
}

void worker_core::ask_to_stop() noexcept {
  stopping_.store(true);
  mailbox_.wake();
}

void worker_core::run() {
  thread_.store(std::this_thread::get_id());
  while (!stopping_.load()) {
    try {
      serve();
    } catch (const std::exception& failed) { // out of memory or of descriptors: try again, a little later
      log::error("link-failed", "what=", failed.what());
      end(failed.what());
    }
  }
  try {
    take_commands(); // what was handed over before the stop still goes out
    pump();
  } catch (const std::exception& failed) {
    log::error("link-failed", "what=", failed.what());
  }
  close();
}

void worker_core::serve() {
  while (!stopping_.load()) {
    now_ = std::chrono::steady_clock::now();
    if (!hub_ && now_ >= next_attempt_) attempt();
    keep_alive();
    if (!work()) wait();
  }
}

/// Each step may end the connection, hence the questions in between.
bool worker_core::work() {
  bool any = take_commands();
  if (hub_) any |= follow_hub();
  if (publisher_) any |= follow_publisher();
  if (hub_) any |= pump();
  const auto has_more = [](const std::unique_ptr<line>& one) {
    return one && (has_input(one->socket) || one->watch.has_input());
  };
  return any || has_more(hub_) || has_more(publisher_);
}

void worker_core::wait() {
  auto until = hub_ ? next_beat_ : next_attempt_;
  if (deadline_) until = std::min(until, *deadline_);
  auto most = std::chrono::ceil<milliseconds>(until - now_);
  if (!waiting_.empty()) most = std::min(most, retry_waiting);
  std::vector<int> all{mailbox_.descriptor()};
  for (const auto* one : {hub_.get(), publisher_.get()}) {
    if (one == nullptr) continue;
    all.push_back(one->socket.get(zmq::sockopt::fd));
    all.push_back(one->watch.descriptor());
  }
  wait_readable(all, most);
}

void worker_core::close() {
  connected_.store(false);
  counters_.dropped(drop_reason::stopped, waiting_.size());
  context_.shutdown(); // first of all, as in hub_core::close()
  publisher_.reset();
  hub_.reset();
  context_.close();
}

std::unique_ptr<worker_core::line> worker_core::open_line(zmq::socket_type type,
                                                          const std::string& endpoint) {
  auto made = std::make_unique<line>(context_, type, "line-" + std::to_string(++lines_opened_));
  auto& socket = made->socket;
  set_common_options(socket, options_.queues, options_.linger);
  if (type == zmq::socket_type::sub) {
    socket.set(zmq::sockopt::rcvhwm, publications_in_library);
    socket.set(zmq::sockopt::subscribe, "");
  }
  socket.set(zmq::sockopt::ipv6, hub_endpoint_.is_v6);
  // libzmq adds less than one first pause of its own jitter, so each worker has pauses of its own.
  socket.set(zmq::sockopt::reconnect_ivl, static_cast<int>(pauses_.spread(options_.reconnect_first).count()));
  socket.set(zmq::sockopt::reconnect_ivl_max,
             static_cast<int>(pauses_.spread(options_.reconnect_most).count()));
  socket.set(zmq::sockopt::connect_timeout, static_cast<int>(handshake_time.count()));
  if (options_.secret) set_curve_client(socket, options_.hub_key, *options_.secret);
  socket.connect(endpoint);
  return made;
}

void worker_core::attempt() {
  hub_ = open_line(zmq::socket_type::dealer, hub_endpoint_.text);
  deadline_.reset(); // from the moment that somebody accepts
  next_beat_ = now_ + options_.heartbeat;
}

void worker_core::subscribe(std::string_view hub_heartbeat) {
  auto endpoint = publisher_endpoint_;
  if (endpoint.empty()) {
    const auto port = publish_port_of(hub_heartbeat);
    if (!port) return; // the deadline will say that there is no publisher
    endpoint = "tcp://" + hub_endpoint_.host + ':' + std::to_string(*port);
  }
  publisher_ = open_line(zmq::socket_type::sub, endpoint);
}

bool worker_core::take_commands() {
  mailbox_.take_all(taken_);
  for (auto& frame : taken_) {
    if (!connected_.load()) {
      counters_.dropped(drop_reason::not_connected);
    } else if (!waiting_.push(std::move(frame))) {
      counters_.dropped(drop_reason::peer_queue_full);
      if (rare_.due("link-hub-slow", {}, now_)) {
        log::warn("link-hub-slow", "waiting=", waiting_.size(), " waiting_bytes=", waiting_.bytes());
      }
    }
  }
  return !taken_.empty();
}

bool worker_core::pump() {
  bool any = false;
  while (hub_ && !waiting_.empty() &&
         hub_->socket.send(zmq::buffer(waiting_.front()), zmq::send_flags::dontwait)) {
    waiting_.pop();
    counters_.sent();
    any = true;
  }
  return any;
}

} // namespace remora::link
