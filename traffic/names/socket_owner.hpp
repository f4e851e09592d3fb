#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "protocol/ip_address.hpp"
#include "protocol/item/item.hpp"
#include "traffic/names/address_hash.hpp"

namespace remora::traffic {

/// Which process an endpoint of this machine belongs to: its identity has name, process and the mechanism
/// "syscall". The same pointer for the same process, from one snapshot to the next.
using owner_ptr = std::shared_ptr<const endpoint_identity>;

enum class socket_kind : std::uint8_t { tcp, udp };

/// The sockets of this machine at one moment. Immutable; any thread may read it.
class socket_snapshot {
 public:
  /// Null when nobody is known. A socket that listens on all addresses owns its port of each address of this
  /// machine.
  const owner_ptr& find(const ip_endpoint& endpoint, socket_kind kind) const;
  bool is_local(const ip_address& ip) const { return addresses_.count(ip) != 0; }

  void add(const ip_endpoint& endpoint, socket_kind kind, owner_ptr owner);
  void add_address(const ip_address& ip) { addresses_.insert(ip); }
  std::size_t sockets() const noexcept { return owners_.size(); }

 private:
  struct key {
    ip_endpoint endpoint;
    socket_kind kind;
  };
  struct key_hash {
    address_hash of_address;
    std::size_t operator()(const key& of) const noexcept {
      return of_address(of.endpoint.ip) * 31 + of.endpoint.port * 2u + static_cast<unsigned>(of.kind);
    }
  };
  struct key_equal {
    bool operator()(const key& a, const key& b) const noexcept {
      return a.kind == b.kind && a.endpoint == b.endpoint;
    }
  };

  std::unordered_map<key, owner_ptr, key_hash, key_equal> owners_;
  std::unordered_set<ip_address, address_hash> addresses_;
};

} // namespace remora::traffic
