#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "base/file_descriptor.hpp"

namespace remora::test {

/// A TCP connection to "127.0.0.1:PORT" that sends what it is told and knows no protocol.
class raw_connection {
 public:
  explicit raw_connection(const std::string& endpoint)
      : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1))));
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the form of the system call
    connected_ = ::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    const timeval patience{30, 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  bool connected() const noexcept { return connected_; }
  void send(std::string_view bytes) const {
    ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// Reads until the other side ends the connection; false when it does not within 30 s.
  bool is_ended() const {
    char bytes[4096];
    for (;;) {
      const auto got = ::recv(socket_.number(), bytes, sizeof bytes, 0);
      if (got == 0) return true;
      if (got < 0) return errno == ECONNRESET;
    }
  }

 private:
  file_descriptor socket_;
  bool connected_ = false;
};

} // namespace remora::test
