#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "base/file_descriptor.hpp"

namespace remora::cli::test {

/// A service manager's end of the notifications.
class manager_socket {
 public:
  /// @param address A path, or "@NAME".
  explicit manager_socket(const std::string& address)
      : socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, address.data(), address.size());
    if (address.front() == '@') at.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() +
                                               (address.front() == '@' ? 0 : 1));
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the socket API takes
    EXPECT_EQ(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&at), length), 0) << address;
  }

  /// What has come since the last call, a datagram each.
  std::vector<std::string> heard() const {
    std::vector<std::string> all;
    std::array<char, 4096> bytes{};
    while (true) {
      const ssize_t got = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
      if (got < 0) return all;
      all.emplace_back(bytes.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  file_descriptor socket_;
};

} // namespace remora::cli::test
