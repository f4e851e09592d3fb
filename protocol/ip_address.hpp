#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace remora {

/// An IPv4 or IPv6 address. IPv4 is kept as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2), so that one type is
/// the key for both.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};

  bool is_v4() const noexcept {
    constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return std::memcmp(bytes.data(), prefix.data(), prefix.size()) == 0;
  }
};
inline bool operator==(const ip_address& a, const ip_address& b) noexcept { return a.bytes == b.bytes; }
inline bool operator!=(const ip_address& a, const ip_address& b) noexcept { return a.bytes != b.bytes; }
inline bool operator<(const ip_address& a, const ip_address& b) noexcept { return a.bytes < b.bytes; }

/// "192.0.2.1" or "2001:db8::1" (RFC 5952).
std::string to_string(const ip_address& address);

/// One end of a conversation.
struct ip_endpoint {
  ip_address ip;
  std::uint16_t port = 0; ///< 0 where the protocol has none.
};
inline bool operator==(const ip_endpoint& a, const ip_endpoint& b) noexcept {
  return a.port == b.port && a.ip == b.ip;
}
inline bool operator!=(const ip_endpoint& a, const ip_endpoint& b) noexcept { return !(a == b); }

} // namespace remora
