#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::client {

/// Where a hub's HTTP API is.
struct hub_address {
  bool tls = false;
  std::string host; ///< A name or an address; IPv6 without brackets.
  std::uint16_t port = 8899;
  std::string prefix; ///< The path in front of everything, for a hub behind a proxy: "" or "/remora".

  /// "http://127.0.0.1:8899/remora"
  std::string text() const;
  /// As the Host header has it: "127.0.0.1:8899", "[::1]:8899"; without the port when it is the scheme's own.
  std::string authority() const;
  /// True when what is sent there stays on this machine.
  bool is_loopback() const;
};

/// Reads "http://host:8899", "https://hub.example/remora" or "host:8899", which is http. Without a port: 80
/// and 443 with a scheme, as browsers have it; 8899 without.
/// Errors: invalid_usage, without what stands before an "@": it may be a password.
result<hub_address> parse_hub_address(std::string_view text);

} // namespace remora::client
