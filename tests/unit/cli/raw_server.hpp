#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <utility>

#include "base/file_descriptor.hpp"

namespace remora::cli::test {

/// A server that says the same to everybody, whatever that is: for what no good server does.
class raw_server {
 public:
  /// @param says What every connection gets before it is closed; nothing: it is kept open in silence.
  explicit raw_server(std::optional<std::string> says)
      : says_{std::move(says)}, listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address); // as bind(2) wants it
    if (::bind(listener_.number(), any, length) != 0 || ::listen(listener_.number(), 16) != 0 ||
        ::getsockname(listener_.number(), any, &length) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~raw_server() {
    over_ = true;
    thread_.join();
  }
  raw_server(const raw_server&) = delete;
  raw_server& operator=(const raw_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }

 private:
  static bool readable(int fd) {
    pollfd ready{fd, POLLIN, 0};
    return ::poll(&ready, 1, 20) > 0;
  }

  void serve() {
    while (!over_) {
      if (!readable(listener_.number())) continue;
      const file_descriptor client{::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
      std::array<char, 65536> request{};
      while (!over_ && !readable(client.number())) {
      }
      if (over_ || ::recv(client.number(), request.data(), request.size(), 0) < 0) continue;
      std::string left = says_.value_or("");
      while (!left.empty()) {
        const auto sent = ::send(client.number(), left.data(), left.size(), MSG_NOSIGNAL);
        if (sent <= 0) break;
        left.erase(0, static_cast<std::size_t>(sent));
      }
      if (says_) ::shutdown(client.number(), SHUT_WR);
      // Until the client has gone, so that what was sent is not lost to a reset.
      while (!over_ && says_ &&
             (!readable(client.number()) || ::recv(client.number(), request.data(), request.size(), 0) > 0)) {
      }
      while (!over_ && !says_) {
        if (readable(client.number()) && ::recv(client.number(), request.data(), request.size(), 0) <= 0)
          break;
      }
    }
  }

  std::optional<std::string> says_;
  file_descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

} // namespace remora::cli::test
