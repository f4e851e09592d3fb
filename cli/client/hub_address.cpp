#include "cli/client/hub_address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/utf8.hpp"

namespace remora::client {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

tl::unexpected<error> malformed(std::string_view text, const std::string& why) {
  return fail(errc::invalid_usage, "the hub's address " + quoted(text) + " " + why +
                                       "; it looks like http://127.0.0.1:8899 or https://hub.example");
}

/// Takes "host:port" or "[address]:port" apart.
result<void> read_authority(std::string_view whole, std::string_view authority, hub_address& to) {
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return malformed(whole, "has no ] behind its address");
    to.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const auto colon = authority.find(':');
    if (colon != std::string_view::npos && authority.find(':', colon + 1) != std::string_view::npos)
      return malformed(whole, "needs [ and ] around its IPv6 address");
    to.host = authority.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
  }
  if (to.host.empty()) return malformed(whole, "names no host");
  if (port.empty()) return {};
  const auto number = port.front() == ':' ? parse_port(port.substr(1)) : std::nullopt;
  if (!number) return malformed(whole, "has no port from 1 to 65535 behind its host");
  to.port = *number;
  return {};
}

} // namespace

std::string hub_address::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return port == (tls ? https_port : http_port) ? name : name + ':' + std::to_string(port);
}

std::string hub_address::text() const { return (tls ? "https://" : "http://") + authority() + prefix; }

bool hub_address::is_loopback() const {
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

result<hub_address> parse_hub_address(std::string_view text) {
  if (text.find('@') != std::string_view::npos)
    return fail(errc::invalid_usage,
                "the hub's address holds an @: a hub takes no user and password but a token, from "
                "REMORA_TOKEN or --token-file");
  if (!is_visible(text)) return malformed(text, "holds blanks or other characters that no address has");
  if (text.find_first_of("?#") != std::string_view::npos) return malformed(text, "holds a ? or a #");
  hub_address out;
  std::string_view rest = text;
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = rest.substr(0, scheme);
    if (name != "http" && name != "https") return malformed(text, "begins with neither http:// nor https://");
    out.tls = name == "https";
    out.port = out.tls ? https_port : http_port;
    rest.remove_prefix(scheme + 3);
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  out.prefix = rest.substr(slash);
  while (!out.prefix.empty() && out.prefix.back() == '/')
    out.prefix.pop_back();
  if (auto read = read_authority(text, rest.substr(0, slash), out); !read) return pass_on(std::move(read));
  return out;
}

} // namespace remora::client
