#pragma once

#include <cstddef>

#include "traffic/flow/flow_hash.hpp"

namespace remora::traffic {

/// For tables whose keys come from the wire: who does not know the key cannot choose addresses that collide.
struct address_hash {
  keyed_hash keyed = keyed_hash::with_random_key();

  std::size_t operator()(const ip_address& address) const noexcept {
    keyed_hash hash = keyed;
    hash.add(load_word(address.bytes.data()));
    hash.add(load_word(address.bytes.data() + 8));
    return static_cast<std::size_t>(hash.finish());
  }
};

} // namespace remora::traffic
