#include <utility>

#include "traffic/names/socket_owner.hpp"

namespace remora::traffic {

namespace {

constexpr ip_address any_v6{};
constexpr ip_address any_v4{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0}};

} // namespace

const owner_ptr& socket_snapshot::find(const ip_endpoint& endpoint, socket_kind kind) const {
  static const owner_ptr nobody;
  const auto exact = owners_.find({endpoint, kind});
  if (exact != owners_.end()) return exact->second;
  if (!is_local(endpoint.ip)) return nobody;
  // A socket for ::, unless it was told otherwise, hears IPv4 too.
  for (const ip_address& any : {endpoint.ip.is_v4() ? any_v4 : any_v6, any_v6}) {
    const auto listening = owners_.find({{any, endpoint.port}, kind});
    if (listening != owners_.end()) return listening->second;
  }
  return nobody;
}

void socket_snapshot::add(const ip_endpoint& endpoint, socket_kind kind, owner_ptr owner) {
  owners_.insert_or_assign({endpoint, kind}, std::move(owner));
}

} // namespace remora::traffic
