#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "filter/kfl1/value.hpp"

namespace remora::filter::kfl1 {

/// A piece of a compiled query. Immutable: threads share it.
class expr {
 public:
  expr() = default;
  expr(const expr&) = delete;
  expr& operator=(const expr&) = delete;
  virtual ~expr() = default;

  virtual value evaluate(evaluation& e) const = 0;
  /// The value that evaluate() always gives, when that is known.
  virtual const value* constant() const noexcept { return nullptr; }
};
using expr_ptr = std::unique_ptr<const expr>;

/// What a query is known to do before it runs.
struct query_facts {
  std::optional<std::int64_t> limit;   ///< Of the first limit(n); nothing when n is not positive.
  bool has_limit = false;              ///< A limit() was seen, whatever it says.
  std::vector<std::string> recordings; ///< The names in record("name"), each once.
  bool redacts = false;
};

/// A parsed query or macro.
struct compiled_query {
  expr_ptr root;
  query_facts facts;
  std::size_t depth = 1; ///< Of nested calls that evaluate() makes, macros included.
};

/// More levels than these are refused.
constexpr std::size_t max_depth = 200;

} // namespace remora::filter::kfl1
