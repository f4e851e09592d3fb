#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/time.hpp"
#include "filter/compile_error.hpp"
#include "filter/macro_table.hpp"
#include "filter/record.hpp"

namespace remora::filter {

enum class dialect : std::uint8_t {
  none, ///< The query is empty and matches everything.
  kfl1,
  kfl2,
};

/// What a query says of one record.
struct outcome {
  bool matched = false;
  /// Why the query could not be decided: a map key that is not there, a division by zero, too much work. Then
  /// nothing matched. Empty when it was. Valid for ever.
  std::string_view failure;
  /// The record with what redact() replaced; null when it replaced nothing or the record did not match.
  std::shared_ptr<const nlohmann::json> altered;
};

/// A compiled query. Immutable: any number of threads may evaluate it at once, each on a record of its own.
class query {
 public:
  virtual ~query() = default;
  query(const query&) = delete;
  query& operator=(const query&) = delete;

  /// @param now The time base: what now() gives and seconds(n) counts from.
  virtual outcome evaluate(record& on, timestamp now) const = 0;

  dialect spoken() const noexcept { return dialect_; }
  /// How many records a stream delivers before it ends: that of limit(n). Nothing for no limit.
  std::optional<std::int64_t> limit() const noexcept { return limit_; }
  /// The recordings that record("name") names, each once.
  const std::vector<std::string>& recordings() const noexcept { return recordings_; }
  /// Whether evaluate() may give an altered record.
  bool redacts() const noexcept { return redacts_; }

 protected:
  explicit query(dialect spoken) noexcept : dialect_{spoken} {}
  dialect dialect_;
  bool redacts_ = false;
  std::optional<std::int64_t> limit_;
  std::vector<std::string> recordings_;
};
using query_ptr = std::shared_ptr<const query>;

/// Compiles a query of either dialect; the query keeps what it needs of text and table. Errors have the text
/// of section 7 of the filter language.
compiled<query_ptr> compile(std::string_view text, const macro_table& macros);

} // namespace remora::filter
