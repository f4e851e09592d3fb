#pragma once

#include "protocol/item/shape.hpp"

namespace remora {

/// What a dissector understood of one message: the `request`, `response` or `data` of an item. It holds what
/// was on the wire in a compact form, and its members are worked out when somebody asks for them. Never
/// changed once it belongs to an item; then several threads may read it.
class item_part {
 public:
  item_part() = default;
  item_part(const item_part&) = delete;
  item_part& operator=(const item_part&) = delete;
  virtual ~item_part() = default;

  /// Its members, in the order of the contract (items, section 8).
  virtual shaped members() const noexcept = 0;

  /// Bytes of memory it holds, for limits.
  virtual std::size_t footprint() const noexcept = 0;
};

} // namespace remora
