#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hub/store/database.hpp"

namespace remora::hub {

/// Small facts by name: the epoch, the generation, and whatever else the hub must still know after a restart.
/// Not for secrets. Every error of the database is passed on; a fact whose row is damaged is store_damaged,
/// because a number that begins again would be worse than a hub that does not start.
class fact_store {
 public:
  explicit fact_store(database& in) noexcept : in_{in} {}

  result<std::optional<std::string>> find(std::string_view name);
  /// As a number; 0 when there is no such fact. A fact that is no number is store_damaged.
  result<std::uint64_t> number(std::string_view name);
  /// Stores a fact, durable on return when no transaction is open. @param value At most 64 KiB.
  result<void> set(std::string_view name, std::string_view value);

  /// Begins a life of the hub: its number, above every number before. It is also at least the milliseconds
  /// since 1970, so that it rises when the store was lost or an old copy put back. Call once a start.
  result<std::uint64_t> begin_epoch(timestamp now);

 private:
  database& in_;
};

} // namespace remora::hub
