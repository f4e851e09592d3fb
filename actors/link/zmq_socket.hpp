#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
#include <zmq.hpp>

#include "actors/link/options.hpp"

/// What hub and worker share of ZeroMQ. For the sources of this folder only: others see the classes above it.
namespace remora::link {

/// What every socket of the link is set to; see README.md for the reasons.
void set_common_options(zmq::socket_t& socket, const queue_limits& queues, milliseconds linger);
/// Makes the socket the CURVE server with this key; nobody gets in whom the gate does not let in.
void set_curve_server(zmq::socket_t& socket, const secret_key& secret);
/// Makes the socket a CURVE client that speaks to this hub alone.
void set_curve_client(zmq::socket_t& socket, const std::string& hub_key, const secret_key& secret);

/// The next frame if there is one; never waits.
bool receive(zmq::socket_t& socket, zmq::message_t& frame);
/// Throws away what is left of a message whose frame `last` was just read. Returns how many frames that were.
std::size_t skip_rest(zmq::socket_t& socket, const zmq::message_t& last);
/// True when receive() would return something. Also lets libzmq do what other threads asked of the socket.
bool has_input(zmq::socket_t& socket);
/// A property of the connection that a frame came over: "User-Id". Empty when there is none.
std::string property_of(const zmq::message_t& frame, const char* name);
/// The descriptor of the connection that a frame came over; -1 when there is none.
int descriptor_of(zmq::message_t& frame);
/// Waits until one of the descriptors is readable or the time is over.
void wait_readable(const std::vector<int>& descriptors, milliseconds most);

/// "127.0.0.1:34567": where a socket listens, after binding.
std::string bound_to(const zmq::socket_t& socket);

/// What happens to the connections of one socket, as libzmq's monitor tells it.
class connection_watch {
 public:
  struct happening {
    int event = 0;       ///< ZMQ_EVENT_...
    int value = 0;       ///< A descriptor, errno, or a status: see zmq_socket_monitor(3).
    std::string address; ///< The other end as far as it is known.
  };

  /// Of a socket that neither listens nor connects yet. `name` is unique in the context.
  connection_watch(zmq::context_t& context, zmq::socket_t& socket, const std::string& name);

  int descriptor() const { return events_.get(zmq::sockopt::fd); }
  /// Hands over what happened. False when nothing did.
  bool drain(const std::function<void(const happening&)>& take);
  bool has_input() { return link::has_input(events_); }

 private:
  void follow(happening& one);

  zmq::socket_t events_;
  std::unordered_map<int, std::string> addresses_; ///< By descriptor, from accept to the end.
};

/// True for the events that say a handshake failed.
bool is_handshake_failure(int event) noexcept;
/// Why, in words for a person.
std::string handshake_failure_text(int event, int value);

} // namespace remora::link
