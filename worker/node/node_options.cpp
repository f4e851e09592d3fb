#include "worker/node/node_options.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

#include "actors/link/enrolment.hpp"
#include "protocol/messages.hpp"
#include "traffic/item_settings.hpp"

namespace remora::worker {

namespace {

constexpr std::size_t most_addresses = 64;
constexpr std::size_t most_name_bytes = 253;

bool is_small(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// The text of an address that others may reach, else "".
std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): what the socket API takes
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    const bool link_local = (ntohl(v4->sin_addr.s_addr) >> 16U) == 0xA9FEU;
    if (!link_local) ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
  } else if (address->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    if (!IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
      ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
  }
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  return text.data();
}

/// The keys, or nothing when there are none: whether that is allowed the configuration has judged.
result<void> take_keys(const config::worker_curve_settings& curve, link::worker_options& to) {
  to.insecure = curve.hub_key.empty();
  if (to.insecure) return {};
  auto secret = link::secret_key::parse(curve.secret_key);
  if (!secret) return fail(errc::invalid_config, "worker.curve.secret_key: " + secret.error().message);
  if (!link::is_public_key(curve.hub_key))
    return fail(errc::invalid_config,
                "worker.curve.hub_key is no key: it has 40 characters, as remora keys "
                "new prints them");
  to.hub_key = curve.hub_key;
  to.secret = std::move(*secret);
  return {};
}

} // namespace

std::string node_name_of(const std::string& host) {
  std::string out;
  for (char c : host.substr(0, most_name_bytes)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool fine = is_small(c) || (!out.empty() && (c == '.' || c == '_' || c == '-'));
    if (fine) {
      out += c;
    } else if (!out.empty()) {
      out += '-';
    }
  }
  return out;
}

std::vector<std::string> machine_addresses() {
  std::vector<std::string> out;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return out;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned{first, ::freeifaddrs};
  for (const ifaddrs* at = first; at != nullptr && out.size() < most_addresses; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_LOOPBACK) != 0) continue;
    std::string text = address_text(at->ifa_addr);
    if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
  }
  return out;
}

result<node_options> node_options_of(const config::worker_settings& settings, const std::string& host,
                                     const std::string& software) {
  node_options out;
  out.name = settings.name.empty() ? node_name_of(host) : settings.name;
  if (!link::is_peer_name(out.name)) {
    return fail(errc::invalid_config,
                "worker.name: the name of this machine makes no name for a node; set "
                "one of letters, digits, `.`, `_` and `-`");
  }
  if (out.name == protocol::hub_node) {
    return fail(errc::invalid_config,
                "worker.name: \"hub\" is the name of the scripts on the hub; set another name for this node");
  }
  out.software = software;
  out.data = settings.data;
  out.link.hub = settings.hub;
  out.link.name = out.name;
  if (auto taken = take_keys(settings.curve, out.link); !taken) return pass_on(std::move(taken));
  out.capture.interfaces = settings.capture.interfaces;
  out.capture.filter = settings.capture.filter;
  out.capture.snaplen = static_cast<std::uint32_t>(settings.capture.snaplen);
  out.capture.buffer_bytes = static_cast<std::size_t>(settings.capture.buffer.bytes);
  out.capture.promiscuous = settings.capture.promiscuous;
  out.addresses = machine_addresses();
  out.items = traffic::item_options_of(settings);
  out.store = traffic_store_options{};
  out.store->folder = settings.data + "/traffic";
  out.store->streams_size = settings.streams.size;
  out.store->streams_age = settings.streams.age;
  out.store->items_size = settings.items.size;
  out.store->items_age = settings.items.age;
  out.origin.node_name = out.name;
  out.origin.node_ip = out.addresses.empty() ? "127.0.0.1" : out.addresses.front();
  const std::string& listen = settings.metrics.listen;
  out.origin.worker = out.origin.node_ip + listen.substr(std::min(listen.rfind(':'), listen.size()));
  out.origin.origin = capture_origin::af_packet;
  return out;
}

} // namespace remora::worker
