#include "filter/flags.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace remora::filter {

namespace {

/// What a flag asks of the protocol; what is empty is not asked.
struct rule {
  std::string_view flag;
  std::string_view name;
  std::string_view abbreviation;
  std::array<std::string_view, 2> versions;
  std::string_view or_name;
};

constexpr std::string_view tls_flag = "tls";

constexpr rule rules[] = {
    {"http", "http", "", {}, ""},
    {"http2", "http", "", {"2.0", "2.0"}, ""},
    {"grpc", "", "gRPC", {}, ""},
    {"gql", "", "GQL", {}, ""},
    {"gqlv1", "", "GQL", {"1.0", "1.1"}, ""},
    {"gqlv2", "", "GQL", {"2.0", "2.0"}, ""},
    {"ws", "ws", "", {}, ""},
    {"dns", "dns", "", {}, ""},
    {"redis", "redis", "", {}, ""},
    {"kafka", "kafka", "", {}, ""},
    {"amqp", "amqp", "", {}, ""},
    {"ldap", "ldap", "", {}, ""},
    {"radius", "radius", "", {}, ""},
    {"diameter", "diameter", "", {}, ""},
    {"mysql", "mysql", "", {}, ""},
    {"postgresql", "postgresql", "", {}, ""},
    {"mongodb", "mongodb", "", {}, ""},
    {"icmp", "icmp", "", {}, ""},
    {"sctp", "sctp", "", {}, ""},
    {"tcp", "tcp", "", {}, ""},
    {"udp", "udp", "", {}, ""},
    {"tlsx", "tlsx", "", {}, ""},
    {"tcp_conn", "tcp-conn", "", {}, ""},
    {"udp_conn", "udp-conn", "", {}, ""},
    {"tcp_flow", "tcp-flow", "", {}, ""},
    {"udp_flow", "udp-flow", "", {}, ""},
    {"conn", "tcp-conn", "", {}, "udp-conn"},
    {"flow", "tcp-flow", "", {}, "udp-flow"},
    {tls_flag, "", "", {}, ""},
};

/// The members that flags look at.
struct members {
  path name{path::split("protocol.name")};
  path abbreviation{path::split("protocol.abbr")};
  path version{path::split("protocol.version")};
  path tls{path::split("tls")};
};

} // namespace

std::optional<flag> find_flag(std::string_view name) noexcept {
  const auto* found =
      std::find_if(std::begin(rules), std::end(rules), [&](const rule& r) { return r.flag == name; });
  if (found == std::end(rules)) return std::nullopt;
  return static_cast<flag>(found - std::begin(rules));
}

std::vector<std::string_view> flag_names() {
  std::vector<std::string_view> names;
  for (const rule& r : rules)
    names.push_back(r.flag);
  return names;
}

bool is_set(flag f, evaluation& e) {
  static const members look_at;
  const rule& r = rules[static_cast<std::size_t>(f)];
  if (r.flag == tls_flag) {
    const field found = e.at(look_at.tls);
    const auto* tls = std::get_if<bool>(&found);
    return tls != nullptr && *tls;
  }
  if (!r.name.empty()) {
    const std::string_view name = e.text_at(look_at.name);
    if (name != r.name && (r.or_name.empty() || name != r.or_name)) return false;
  }
  if (!r.abbreviation.empty() && e.text_at(look_at.abbreviation) != r.abbreviation) return false;
  if (r.versions[0].empty()) return true;
  const std::string_view version = e.text_at(look_at.version);
  return version == r.versions[0] || version == r.versions[1];
}

} // namespace remora::filter
