#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::link {

/// A place to listen at or to connect to, as libzmq wants it.
struct zmq_endpoint {
  std::string text; ///< "tcp://127.0.0.1:8891"; port 0 as "*".
  std::string host; ///< With brackets when it is IPv6.
  bool is_v6 = false;
  bool loopback = false; ///< Nobody outside the machine can reach it.
};

/// Reads "host:port". Errors: invalid_config; also when it is not loopback and plain text would leave the
/// machine: neither `encrypted` nor `insecure`. `what` begins the message: "the hub's link".
result<zmq_endpoint> check_endpoint(std::string_view what, std::string_view text, bool encrypted,
                                    bool insecure);

/// The address of the other end of a TCP connection, "10.0.0.7:41234" or "[::1]:41234"; empty when the
/// descriptor is none.
std::string remote_address(int descriptor);

/// Ends a connection that libzmq owns, if the descriptor is still that connection: libzmq 4.3.4 has no way to
/// cut one peer of a listening socket. It notices the end like any other and frees what it holds.
/// Between the check and the end the number may pass to another connection, which then reconnects.
void cut_connection(int descriptor, std::string_view address);

} // namespace remora::link
