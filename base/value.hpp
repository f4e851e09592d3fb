#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace remora {

/// A piece of plain data without a schema, as JSON and JavaScript know it: null, a boolean, a number, text
/// (UTF-8), a list, or a map that keeps the order in which its members were added. `scripting.env` is made of
/// these. A plain value type: copy, compare, move. Whoever builds one from outside input limits its depth.
class value {
 public:
  struct member;
  using list = std::vector<value>;
  using map = std::vector<member>; ///< Names are unique; value::set() keeps them so.

  // Implicit on purpose: a value is written where data is written, `value::list{1, "two", nullptr}`.
  // NOLINTBEGIN(google-explicit-constructor)
  value() noexcept = default;
  value(std::nullptr_t) noexcept {}
  value(bool b) noexcept : data_(b) {}
  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  value(Number number) noexcept : data_(static_cast<double>(number)) {}
  value(std::string text) noexcept : data_(std::move(text)) {}
  value(std::string_view text) : data_(std::string{text}) {}
  value(const char* text) : data_(std::string{text}) {}
  value(list items);
  value(map members);
  // NOLINTEND(google-explicit-constructor)

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(data_); }

  // The content when it is of that kind, else null: `if (const auto* text = v.text())`.
  const bool* boolean() const noexcept { return std::get_if<bool>(&data_); }
  const double* number() const noexcept { return std::get_if<double>(&data_); }
  const std::string* text() const noexcept { return std::get_if<std::string>(&data_); }
  const list* items() const noexcept { return std::get_if<list>(&data_); }
  const map* members() const noexcept { return std::get_if<map>(&data_); }

  /// The member of that name; null when there is none or this is no map.
  const value* find(std::string_view name) const noexcept;

  /// Sets a member of a map: in its place when it is there, else at the end. Anything but a map becomes one.
  void set(std::string_view name, value content);

  friend bool operator==(const value& a, const value& b) { return a.data_ == b.data_; }
  friend bool operator!=(const value& a, const value& b) { return !(a == b); }

 private:
  std::variant<std::monostate, bool, double, std::string, list, map> data_;
};

/// One member of a map.
struct value::member {
  std::string name;
  value content;

  friend bool operator==(const member& a, const member& b) {
    return a.name == b.name && a.content == b.content;
  }
};

inline value::value(list items) : data_(std::move(items)) {}
inline value::value(map members) : data_(std::move(members)) {}

/// A value as JSON text on one line, the way JSON.stringify() writes it: shortest numbers that read back to
/// the same double, `null` for NaN and infinities, control characters escaped. What is no UTF-8 becomes
/// U+FFFD.
std::string to_json(const value& v);

/// A text as a JSON string, quotes included.
std::string to_json_string(std::string_view text);

/// A number as JavaScript writes it: 1, 0.1, 1e+21, -5e-7; `null` for NaN and infinities.
std::string to_json_number(double number);

} // namespace remora
