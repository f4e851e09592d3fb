#include "filter/kfl1/value.hpp"

#include <charconv>
#include <cmath>
#include <re2/re2.h>
#include <system_error>

#include <nlohmann/json.hpp>

#include "base/value.hpp"
#include "filter/tree.hpp"

namespace remora::filter::kfl1 {

using nlohmann::json;

namespace {

constexpr std::size_t max_levels = 200; ///< Lists in lists beyond that are equal to nothing.

template <class... Visitors>
struct overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
overloaded(Visitors...) -> overloaded<Visitors...>;

/// A decimal number and nothing else: no blanks, no hexadecimals, no "inf". Nothing when it is none.
std::optional<double> read_number(std::string_view text) noexcept {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  constexpr double exact = 9'007'199'254'740'992.0; // 2^53
  if (std::trunc(number) != number || std::abs(number) < exact) return to_json_number(number);
  std::string digits(330, '\0'); // the longest double has 309
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  digits.resize(end.ec == std::errc{} ? static_cast<std::size_t>(end.ptr - digits.data()) : 0);
  return digits;
}

bool is_object(const value& v) noexcept {
  const auto* tree = std::get_if<const json*>(&v);
  return std::holds_alternative<element>(v) || (tree != nullptr && (*tree)->is_object());
}

double json_number(const json& tree) { return tree.get<double>(); }

bool deep_equal(evaluation& e, const json& a, const json& b, std::size_t level);

bool all_equal(evaluation& e, const json& a, const json& b, std::size_t level) {
  if (a.size() != b.size()) return false;
  if (a.is_array()) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!deep_equal(e, a[i], b[i], level)) return false;
    return true;
  }
  for (const auto& member : a.items()) {
    const auto other = b.find(member.key());
    if (other == b.end() || !deep_equal(e, member.value(), *other, level)) return false;
  }
  return true;
}

bool deep_equal(evaluation& e, const json& a, const json& b, std::size_t level) {
  if (level > max_levels || !e.spend(1)) return false;
  if (a.is_number() && b.is_number()) return json_number(a) == json_number(b);
  if (a.type() != b.type()) return false;
  return a.is_structured() ? all_equal(e, a, b, level + 1) : a == b;
}

const json& tree_of(const value& v) noexcept {
  const auto* e = std::get_if<element>(&v);
  return e != nullptr ? *e->tree : *std::get<const json*>(v);
}

const json* list_node(const value& v, std::size_t index) {
  const auto* several = std::get_if<const selection*>(&v);
  return several != nullptr ? (*several)->items[index] : &(*std::get<const json*>(v))[index];
}

bool lists_equal(evaluation& e, const value& a, const value& b) {
  if (list_size(a) != list_size(b)) return false;
  for (std::size_t i = 0; i < list_size(a); ++i)
    if (!deep_equal(e, *list_node(a, i), *list_node(b, i), 1)) return false;
  return true;
}

bool scalars_equal(const value& a, const value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  if (x != nullptr && y != nullptr) return *x == *y;
  std::string scratch_a;
  std::string scratch_b;
  const auto text_a = text_of(a, scratch_a);
  const auto text_b = text_of(b, scratch_b);
  return text_a && text_b && *text_a == *text_b;
}

bool matches(evaluation& e, const re2::RE2& pattern, const value& v) {
  std::string scratch;
  const auto text = text_of(as_scalar(v), scratch);
  return text && e.spend(1 + text->size() / 16) &&
         re2::RE2::PartialMatch({text->data(), text->size()}, pattern);
}

/// The rows of section 4.4, from the second on.
bool equal(evaluation& e, const value& a, const value& b, std::size_t level) {
  if (level > max_levels || !e.spend(1)) return false;
  if (is_list(a) && is_list(b)) return lists_equal(e, a, b);
  if (is_list(b)) return equal(e, b, a, level);
  if (is_list(a)) {
    for (std::size_t i = 0; i < list_size(a); ++i)
      if (equal(e, list_element(a, i), b, level + 1)) return true;
    return false;
  }
  if (is_object(a) && is_object(b)) return deep_equal(e, tree_of(a), tree_of(b), 1);
  if (const auto* pattern = std::get_if<const re2::RE2*>(&a)) return matches(e, **pattern, b);
  if (const auto* pattern = std::get_if<const re2::RE2*>(&b)) return matches(e, **pattern, a);
  return scalars_equal(as_scalar(a), as_scalar(b)); // an object has no text, so it equals nothing else
}

bool numbers_ordered(comparison how, double a, double b) noexcept {
  switch (how) {
    case comparison::less:
      return a < b;
    case comparison::at_most:
      return a <= b;
    case comparison::greater:
      return a > b;
    default:
      return a >= b;
  }
}

/// Lists against others: some element; list against list: every pair.
bool ordered(evaluation& e, comparison how, const value& a, const value& b) {
  if (!is_list(a) && !is_list(b)) return numbers_ordered(how, number_of(a), number_of(b));
  const bool every = is_list(a) && is_list(b);
  const std::size_t size_a = is_list(a) ? list_size(a) : 1;
  const std::size_t size_b = is_list(b) ? list_size(b) : 1;
  for (std::size_t i = 0; i < size_a; ++i) {
    const double x = number_of(is_list(a) ? list_element(a, i) : a);
    for (std::size_t k = 0; k < size_b; ++k) {
      if (!e.spend(1)) return false;
      const double y = number_of(is_list(b) ? list_element(b, k) : b);
      if (numbers_ordered(how, x, y) != every) return !every;
    }
  }
  return every;
}

} // namespace

value to_value(const json& tree, bool from_xml) { return to_value(to_field(&tree), from_xml); }

value to_value(const field& found, bool from_xml) {
  return std::visit(overloaded{[](std::int64_t number) { return value{static_cast<double>(number)}; },
                               [&](const json* tree) {
                                 if (!tree->is_structured()) return to_value(to_field(tree), from_xml);
                                 return from_xml && tree->is_object() ? value{element{tree}} : value{tree};
                               },
                               [](const auto& other) { return value{other}; }},
                    found);
}

bool is_absent(const value& v) noexcept { return std::holds_alternative<absent>(v); }

bool is_true(const value& v) noexcept {
  return std::visit(
      overloaded{[](bool b) { return b; }, [](double number) { return number > 0; },
                 [](std::string_view text) { return !text.empty(); },
                 [](const json* tree) { return !tree->empty(); }, [](element e) { return !e.tree->empty(); },
                 [](const selection* several) { return !several->items.empty(); },
                 [](const auto&) { return false; }},
      v);
}

std::optional<std::string_view> text_of(const value& v, std::string& scratch) {
  using result = std::optional<std::string_view>;
  return std::visit(
      overloaded{[](std::string_view text) { return result{text}; },
                 [&](double number) {
                   scratch = number_text(number);
                   return result{scratch};
                 },
                 [](bool b) { return result{b ? "true" : "false"}; },
                 [](std::nullptr_t) { return result{"null"}; }, [](const auto&) { return result{}; }},
      v);
}

value as_scalar(const value& v) {
  const auto* e = std::get_if<element>(&v);
  if (e == nullptr) return v;
  const json* text = find_member(*e->tree, "#text", false);
  return text != nullptr ? to_value(*text, false) : value{v};
}

double number_of(const value& v) noexcept {
  const value scalar = as_scalar(v);
  if (const auto* number = std::get_if<double>(&scalar)) return *number;
  if (const auto* text = std::get_if<std::string_view>(&scalar)) return read_number(*text).value_or(0);
  const auto* boolean = std::get_if<bool>(&scalar);
  return boolean != nullptr && *boolean ? 1 : 0;
}

bool is_list(const value& v) noexcept {
  const auto* tree = std::get_if<const json*>(&v);
  return std::holds_alternative<const selection*>(v) || (tree != nullptr && (*tree)->is_array());
}

std::size_t list_size(const value& v) noexcept {
  const auto* several = std::get_if<const selection*>(&v);
  return several != nullptr ? (*several)->items.size() : std::get<const json*>(v)->size();
}

value list_element(const value& v, std::size_t index) {
  const auto* several = std::get_if<const selection*>(&v);
  return to_value(*list_node(v, index), several != nullptr && (*several)->from_xml);
}

bool compare(evaluation& e, comparison how, const value& a, const value& b) {
  if (is_absent(a) || is_absent(b)) return false;
  if (how == comparison::equal) return equal(e, a, b, 1);
  if (how == comparison::unequal) return !equal(e, a, b, 1);
  return ordered(e, how, a, b);
}

} // namespace remora::filter::kfl1
