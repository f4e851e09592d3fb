#pragma once

#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "filter/evaluation.hpp"
#include "filter/kfl2/type.hpp"

namespace remora::filter::kfl2 {

/// A run-time error, on its way to an operator that absorbs it or to the end of the query.
struct failure {
  const char* why;
};
struct bytes_value {
  std::string_view bytes;
};
/// A point in time: seconds since 1970 and nanoseconds, 0 to 999,999,999. Years 1 to 9999.
struct moment {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};
struct duration_value {
  std::int64_t ns = 0;
};
struct type_value {
  type::kind what;
};
struct list_value;
struct map_value;

/// A value of KFL2. Texts and trees belong to the record, the query or the evaluation; lists and maps to the
/// frame or the query.
using value =
    std::variant<failure, std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string_view,
                 bytes_value, const list_value*, const map_value*, moment, duration_value, type_value>;

struct list_value {
  std::vector<value> items;
};

/// Either an object of the record, whose values are read as text, or entries.
struct map_value {
  const nlohmann::json* object = nullptr;
  bool any_case = false; ///< Header names: found in any case, iterated in lower case.
  std::vector<std::pair<value, value>> entries;
};

/// What one evaluation needs besides the record.
class frame {
 public:
  explicit frame(evaluation& on) noexcept : e{on} {}

  const list_value* keep(list_value made) { return &lists_.emplace_front(std::move(made)); }
  const map_value* keep(map_value made) { return &maps_.emplace_front(std::move(made)); }
  std::string_view keep(std::string made) { return e.keep(std::move(made)); }
  /// False once the work is used up.
  bool spend(std::size_t steps) noexcept { return e.spend(steps); }

  evaluation& e;
  std::vector<value> locals; ///< The variables of exists() and its kin, outermost first.

 private:
  std::forward_list<list_value> lists_;
  std::forward_list<map_value> maps_;
};

constexpr failure no_such_overload{"no such overload"};
constexpr failure out_of_work{"the query takes too much work on this record"};

inline bool is_failure(const value& v) noexcept { return std::holds_alternative<failure>(v); }
type::kind kind_of(const value& v) noexcept;

/// Equality of any two values: numbers across their types, lists and maps by content, different kinds never.
bool equal(frame& f, const value& a, const value& b);

/// Less than 0, 0, or more; nothing when the two have no order. NaN is unordered: then `nan` is set.
std::optional<int> order(const value& a, const value& b, bool& nan);

/// A member of the record as text: "" when it is none, the first of several.
std::string_view text_of(frame& f, const nlohmann::json& tree);

std::size_t map_size(const map_value& m) noexcept;
/// The value of a key; a failure when it is not there.
value map_find(frame& f, const map_value& m, const value& key);
list_value map_keys(frame& f, const map_value& m);

} // namespace remora::filter::kfl2
