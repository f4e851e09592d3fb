#include "actors/link/zmq_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>

#include "actors/link/endpoint.hpp"

namespace remora::link {

void set_common_options(zmq::socket_t& socket, const queue_limits& queues, milliseconds linger) {
  using namespace zmq::sockopt;
  socket.set(zmq::sockopt::linger, static_cast<int>(linger.count()));
  socket.set(maxmsgsize, static_cast<std::int64_t>(queues.message_bytes + 1)); // one byte is the frame's type
  socket.set(sndhwm, queues.library_messages);
  socket.set(rcvhwm, queues.library_messages);
  socket.set(handshake_ivl, 5000);
  socket.set(immediate, true); // what is sent while there is no connection is ours to queue or to drop
  socket.set(tcp_keepalive, 1);
  socket.set(tcp_keepalive_idle, 10);
  socket.set(tcp_keepalive_intvl, 5);
  socket.set(tcp_keepalive_cnt, 3);
  // A peer that does not read ends as a peer that is not there: its connection holds memory for 10 s at most.
  socket.set(tcp_maxrt, 10'000);
}

void set_curve_server(zmq::socket_t& socket, const secret_key& secret) {
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, secret.reveal());
  socket.set(zmq::sockopt::zap_domain, "remora");
  // Without a gate nobody gets in, instead of everybody. The library has the option, its headers call it a
  // draft.
  constexpr int zap_enforce_domain = 93;
  const int enforced = 1;
  if (zmq_setsockopt(socket.handle(), zap_enforce_domain, &enforced, sizeof enforced) != 0)
    throw zmq::error_t{};
}

void set_curve_client(zmq::socket_t& socket, const std::string& hub_key, const secret_key& secret) {
  socket.set(zmq::sockopt::curve_serverkey, hub_key);
  socket.set(zmq::sockopt::curve_publickey, secret.public_key());
  socket.set(zmq::sockopt::curve_secretkey, secret.reveal());
}

bool receive(zmq::socket_t& socket, zmq::message_t& frame) {
  return socket.recv(frame, zmq::recv_flags::dontwait).has_value();
}

std::size_t skip_rest(zmq::socket_t& socket, const zmq::message_t& last) {
  std::size_t skipped = 0;
  bool more = last.more();
  while (more) {
    zmq::message_t frame;
    if (!receive(socket, frame)) break;
    more = frame.more();
    ++skipped;
  }
  return skipped;
}

bool has_input(zmq::socket_t& socket) { return (socket.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0; }

std::string property_of(const zmq::message_t& frame, const char* name) {
  const char* text = zmq_msg_gets(frame.handle(), name);
  return text == nullptr ? std::string{} : std::string{text};
}

int descriptor_of(zmq::message_t& frame) { return zmq_msg_get(frame.handle(), ZMQ_SRCFD); }

void wait_readable(const std::vector<int>& descriptors, milliseconds most) {
  std::vector<pollfd> polled;
  polled.reserve(descriptors.size());
  for (const int one : descriptors) {
    polled.push_back({one, POLLIN, 0});
  }
  const auto timeout = std::clamp<std::int64_t>(most.count(), 0, 60'000);
  ::poll(polled.data(), polled.size(), static_cast<int>(timeout));
}

std::string bound_to(const zmq::socket_t& socket) {
  constexpr std::string_view scheme = "tcp://";
  const auto text = socket.get(zmq::sockopt::last_endpoint);
  return text.substr(std::min(text.size(), scheme.size()));
}

connection_watch::connection_watch(zmq::context_t& context, zmq::socket_t& socket, const std::string& name)
    : events_{context, zmq::socket_type::pair} {
  constexpr int wanted = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_CONNECTED |
                         ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                         ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                         ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
  const std::string where = "inproc://" + name;
  if (zmq_socket_monitor(socket.handle(), where.c_str(), wanted) != 0) throw zmq::error_t{};
  events_.set(zmq::sockopt::linger, 0);
  events_.connect(where);
}

bool connection_watch::drain(const std::function<void(const happening&)>& take) {
  bool any = false;
  zmq::message_t frame;
  while (receive(events_, frame)) {
    any = true;
    std::uint16_t event = 0;
    std::int32_t value = 0;
    const bool whole = frame.size() == sizeof event + sizeof value;
    if (whole) {
      std::memcpy(&event, frame.data(), sizeof event);
      std::memcpy(&value, frame.data<char>() + sizeof event, sizeof value);
    }
    skip_rest(events_, frame);
    if (!whole) continue;
    happening one{event, value, {}};
    follow(one);
    take(one);
  }
  return any;
}

/// The events of a listening socket name the listener; the other end is known by the descriptor alone, which
/// ACCEPTED and DISCONNECTED carry. By the time it is looked at it may be closed already, and the address is
/// then unknown.
void connection_watch::follow(happening& one) {
  if (one.event == ZMQ_EVENT_ACCEPTED) {
    addresses_[one.value] = one.address = remote_address(one.value);
  } else if (one.event == ZMQ_EVENT_DISCONNECTED) {
    if (auto known = addresses_.extract(one.value)) one.address = std::move(known.mapped());
  }
}

bool is_handshake_failure(int event) noexcept {
  return event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL || event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL ||
         event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
}

std::string handshake_failure_text(int event, int value) {
  if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) return "the key was refused";
  if (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) {
    if (value == ETIMEDOUT || value == EAGAIN) return "no handshake in time";
    return "the connection ended in the handshake (" + errno_text(value) + ')';
  }
  switch (value) {
    case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH:
      return "one side speaks CURVE and the other does not";
    case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC:
    case ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE:
      return "the keys do not fit: the worker has another key for the hub than the hub";
    default:
      return "not a peer of ours (protocol error " + std::to_string(value) + ')';
  }
}

} // namespace remora::link
