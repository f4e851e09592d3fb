#include "config/address.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace remora::config {

namespace {

constexpr std::size_t longest_host = 253; // RFC 1035, section 3.1, as text

tl::unexpected<error> no_endpoint(std::string_view why) {
  return fail(errc::invalid_usage,
              "expected host:port such as `127.0.0.1:8899` or `[::1]:8899`" + std::string{why});
}

bool is_v4(const std::string& host) {
  in_addr ignored{};
  return inet_pton(AF_INET, host.c_str(), &ignored) == 1;
}

bool is_v6_address(const std::string& host) {
  in6_addr ignored{};
  return inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

/// Letters, digits, hyphens, underscores and single dots; no part empty. A name of digits and dots alone has
/// to be an address: "127.0.1" and "300.1.1.1" are slips.
bool is_host(const std::string& host) {
  if (host == "*") return true;
  if (host.empty() || host.size() > longest_host) return false;
  if (host.find_first_not_of("0123456789.") == std::string::npos) return is_v4(host);
  if (host.front() == '.' || host.find("..") != std::string::npos) return false;
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return host.find_first_not_of(allowed) == std::string::npos;
}

} // namespace

result<endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return no_endpoint("; the port is missing");
  const std::string_view port = text.substr(colon + 1);
  endpoint out;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (port.empty() || parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size())
    return no_endpoint("; the port has to be 0 to 65535");
  out.host = text.substr(0, colon);
  if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
    out.is_v6 = true;
    if (!is_v6_address(out.host)) return no_endpoint("; between [ and ] stands an IPv6 address");
    return out;
  }
  if (out.host.find(':') != std::string::npos) return no_endpoint("; an IPv6 address goes between [ and ]");
  if (!is_host(out.host)) return no_endpoint("; the host is neither a name nor an address");
  return out;
}

bool is_loopback(const endpoint& where) noexcept {
  if (where.is_v6) {
    in6_addr address{};
    if (inet_pton(AF_INET6, where.host.c_str(), &address) != 1) return false;
    return IN6_IS_ADDR_LOOPBACK(&address);
  }
  in_addr address{};
  if (inet_pton(AF_INET, where.host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
  return where.host == "localhost";
}

} // namespace remora::config
