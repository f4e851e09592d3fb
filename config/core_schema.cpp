#include "config/core_schema.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

namespace remora::config {

namespace {

bool is_one_of(std::string_view text, std::string_view a, std::string_view b, std::string_view c) {
  return text == a || text == b || text == c;
}

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view decimal_digits = "0123456789";

std::string_view without_sign(std::string_view text) {
  return !text.empty() && (text.front() == '-' || text.front() == '+') ? text.substr(1) : text;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal_number(std::string_view text) {
  text = without_sign(text);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos && !all_of(without_sign(text.substr(e + 1)), decimal_digits)) return false;
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t dot = mantissa.find('.');
  const std::string_view whole = mantissa.substr(0, dot);
  if (dot == std::string_view::npos) return all_of(whole, decimal_digits);
  const std::string_view fraction = mantissa.substr(dot + 1);
  if (whole.empty()) return all_of(fraction, decimal_digits);
  return all_of(whole, decimal_digits) && (fraction.empty() || all_of(fraction, decimal_digits));
}

double decimal_number(std::string_view text) {
  const bool negative = text.front() == '-';
  text = without_sign(text);
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  // Out of range is far too large or far too small; the exponent's sign tells which.
  if (parsed.ec == std::errc::result_out_of_range)
    number = text.find("e-") == std::string_view::npos && text.find("E-") == std::string_view::npos
                 ? std::numeric_limits<double>::infinity()
                 : 0.0;
  return negative ? -number : number;
}

/// 0xFF and 0o17. As a double, so that any number of digits is fine.
std::optional<double> based_number(std::string_view text) {
  const bool hex = text.substr(0, 2) == "0x";
  if (!hex && text.substr(0, 2) != "0o") return std::nullopt;
  text.remove_prefix(2);
  if (!all_of(text, hex ? "0123456789abcdefABCDEF" : "01234567")) return std::nullopt;
  double number = 0;
  for (const char c : text) {
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    number = number * (hex ? 16 : 8) + digit;
  }
  return number;
}

bool is_whole(std::string_view text) { return all_of(without_sign(text), decimal_digits); }

value scalar_to_value(const node& n, report& problems) {
  if (n.quoted) return n.text;
  value resolved = resolve_plain(n.text);
  const double* number = resolved.number();
  if (n.expanded) {
    if (resolved.is_null() || (number != nullptr && to_json_number(*number) != n.text)) return n.text;
    if (resolved.boolean() != nullptr && n.text != "true" && n.text != "false") return n.text;
    return resolved;
  }
  if (number != nullptr && !std::isfinite(*number))
    problems.add(n.at, "not a number that scripts can receive; quote it to make it a text");
  if (number != nullptr && is_whole(n.text) && to_json_number(*number) != n.text)
    problems.warn(n.at,
                  "a number that loses digits, as a script sees it; quote it if it is a text such as an id");
  return resolved;
}

} // namespace

std::optional<bool> parse_bool(std::string_view text) noexcept {
  if (is_one_of(text, "true", "True", "TRUE")) return true;
  if (is_one_of(text, "false", "False", "FALSE")) return false;
  return std::nullopt;
}

value resolve_plain(std::string_view text) {
  if (text.empty() || text == "~" || is_one_of(text, "null", "Null", "NULL")) return nullptr;
  if (const auto b = parse_bool(text)) return *b;
  if (is_decimal_number(text)) return decimal_number(text);
  if (const auto number = based_number(text)) return *number;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (is_one_of(without_sign(text), ".inf", ".Inf", ".INF"))
    return text.front() == '-' ? -infinity : infinity;
  if (is_one_of(text, ".nan", ".NaN", ".NAN")) return std::numeric_limits<double>::quiet_NaN();
  return text;
}

value to_value(const node& n, report& problems) {
  switch (n.kind) {
    case node_kind::null:
      return nullptr;
    case node_kind::scalar:
      return scalar_to_value(n, problems);
    case node_kind::list: {
      value::list items;
      items.reserve(n.items.size());
      for (const node& item : n.items)
        items.push_back(to_value(item, problems));
      return items;
    }
    case node_kind::map: {
      value::map members;
      members.reserve(n.entries.size());
      for (const entry& e : n.entries)
        members.push_back({e.key, to_value(e.content, problems)});
      return members;
    }
  }
  return nullptr;
}

} // namespace remora::config
