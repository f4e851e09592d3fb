#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace remora::jobs {

/// A time zone: how far local time is ahead of UTC at each moment from 1678 to 2262. A small value that
/// shares an immutable table, so copies are cheap and any thread may use one.
class time_zone {
 public:
  /// A stretch of time with one offset.
  struct period {
    std::int64_t begin;  ///< First Unix second of it.
    std::int64_t end;    ///< First Unix second after it.
    std::int32_t offset; ///< Local time minus UTC, in seconds.
  };

  /// The Unix seconds that a timestamp can hold; periods begin and end within them.
  static constexpr std::int64_t first_second = -9'223'372'036;
  static constexpr std::int64_t end_second = 9'223'372'037;

  /// UTC. Needs no time zone database.
  time_zone() = default;

  /// The zone of a name of the IANA database, such as "Europe/Berlin"; "" and "UTC" are UTC on every machine.
  /// Reads the database of the system (package tzdata); call when a configuration is read, not per event.
  /// Errors: invalid_config when there is no such zone (with the nearest names), not_found when the machine
  /// has no database.
  static result<time_zone> find(std::string_view name);

  /// The name it was found by; "UTC" for UTC.
  std::string_view name() const noexcept;

  /// True when local time is UTC, always.
  bool is_utc() const noexcept;

  /// The period that holds a Unix second. Seconds outside the range belong to the first or the last period.
  period period_at(std::int64_t unix_second) const noexcept;

 private:
  struct table;
  explicit time_zone(std::shared_ptr<const table> made) noexcept : table_(std::move(made)) {}

  std::shared_ptr<const table> table_; ///< Nothing: UTC.
};

} // namespace remora::jobs
