#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::config {

/// The two parts of "127.0.0.1:8891", "hub.example:8891" or "[::1]:8891".
struct endpoint {
  std::string host; ///< Without brackets; "*" for every address of the machine.
  std::uint16_t port = 0;
  bool is_v6 = false; ///< The host was written in brackets.
};

/// Reads host:port. The port is 0 to 65535; 0 lets the system choose one, which only makes sense to listen
/// on. Errors: invalid_usage, without the text itself.
result<endpoint> parse_endpoint(std::string_view text);

/// True for 127.0.0.0/8, ::1 and "localhost": what nobody outside the machine can reach.
bool is_loopback(const endpoint& where) noexcept;

} // namespace remora::config
