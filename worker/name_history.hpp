#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "script/captures.hpp"
#include "traffic/names/name_book.hpp"

namespace remora::worker {

struct name_history_limits {
  std::size_t addresses = 20'000;  ///< Of one table: those of files first, then those last needed.
  std::size_t bytes = 4u << 20;    ///< Of all tables as JSON; the oldest go first, the newest stays.
  std::chrono::seconds between{3}; ///< Tables, at least.
};

/// The tables of names that a node has had, for scripts: scripting API §8.9, nameResolutionHistory. One
/// thread looks, that of the book; any may ask.
class name_history {
 public:
  explicit name_history(name_history_limits limits = {}) : limits_{limits} {}

  /// Takes over the names that are known by now, when they are others and it is time.
  void look(const traffic::name_book& book, timestamp now);

  /// Not null.
  std::shared_ptr<const script::known_names> current() const;

 private:
  struct table {
    std::int64_t unix_seconds;
    std::string json;
  };
  void add(table made);

  const name_history_limits limits_;
  std::optional<timestamp> looked_; ///< These two: the thread that looks.
  std::uint64_t seen_changes_ = 0;

  mutable std::mutex mutex_; ///< Guards what follows.
  std::deque<table> tables_; ///< The oldest first.
  std::size_t bytes_ = 0;
  std::uint64_t version_ = 0;
  mutable std::shared_ptr<const script::known_names> shown_ = std::make_shared<const script::known_names>();
};

} // namespace remora::worker
