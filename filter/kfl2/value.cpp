#include "filter/kfl2/value.hpp"

#include <cmath>
#include <tuple>

#include <nlohmann/json.hpp>

#include "filter/tree.hpp"

namespace remora::filter::kfl2 {

using nlohmann::json;

namespace {

constexpr failure no_such_key{"no such key"};

template <class T>
int three_way(const T& a, const T& b) noexcept {
  return a < b ? -1 : b < a ? 1 : 0;
}

constexpr double two_to_63 = 9'223'372'036'854'775'808.0;
constexpr double two_to_64 = 18'446'744'073'709'551'616.0;

int order_numbers(std::int64_t a, std::uint64_t b) noexcept {
  return a < 0 ? -1 : three_way(static_cast<std::uint64_t>(a), b);
}
/// A whole number and a fraction that may lie beyond all whole ones; neither loses digits.
template <class Integer>
int order_numbers(Integer a, double b, double lowest, double above) noexcept {
  if (b < lowest) return 1;
  if (b >= above) return -1;
  const double whole = std::floor(b);
  const int by_whole = three_way(a, static_cast<Integer>(whole));
  return by_whole != 0 ? by_whole : whole < b ? -1 : 0;
}

bool is_number(const value& v) noexcept {
  const auto k = kind_of(v);
  return k == type::kind::integer || k == type::kind::uinteger || k == type::kind::number;
}

/// Numbers of any two types.
int order_mixed(const value& a, const value& b) noexcept {
  const auto* i = std::get_if<std::int64_t>(&a);
  const auto* u = std::get_if<std::uint64_t>(&a);
  if (i != nullptr) {
    if (const auto* other = std::get_if<std::int64_t>(&b)) return three_way(*i, *other);
    if (const auto* other = std::get_if<std::uint64_t>(&b)) return order_numbers(*i, *other);
    return order_numbers(*i, std::get<double>(b), -two_to_63, two_to_63);
  }
  if (u != nullptr) {
    if (const auto* other = std::get_if<std::uint64_t>(&b)) return three_way(*u, *other);
    if (const auto* other = std::get_if<std::int64_t>(&b)) return -order_numbers(*other, *u);
    return order_numbers(*u, std::get<double>(b), 0, two_to_64);
  }
  if (const auto* other = std::get_if<double>(&b)) return three_way(std::get<double>(a), *other);
  return -order_mixed(b, a);
}

bool is_nan(const value& v) noexcept {
  const auto* number = std::get_if<double>(&v);
  return number != nullptr && std::isnan(*number);
}

bool lists_equal(frame& f, const list_value& a, const list_value& b) {
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!equal(f, a.items[i], b.items[i])) return false;
  return true;
}

bool maps_equal(frame& f, const map_value& a, const map_value& b) {
  if (map_size(a) != map_size(b)) return false;
  for (const value& key : map_keys(f, a).items) {
    const value other = map_find(f, b, key);
    if (is_failure(other) || !equal(f, map_find(f, a, key), other)) return false;
  }
  return true;
}

} // namespace

type::kind kind_of(const value& v) noexcept {
  constexpr type::kind kinds[] = {type::kind::dyn, // a failure, which nobody asks
                                  type::kind::null,      type::kind::boolean,  type::kind::integer,
                                  type::kind::uinteger,  type::kind::number,   type::kind::text,
                                  type::kind::bytes,     type::kind::list,     type::kind::map,
                                  type::kind::timestamp, type::kind::duration, type::kind::type};
  static_assert(std::size(kinds) == std::variant_size_v<value>);
  return kinds[v.index()];
}

// As deep as lists are nested, which is as deep as the query: the record has none in lists.
bool equal(frame& f, const value& a, const value& b) {
  if (!f.spend(1)) return false;
  if (is_number(a) && is_number(b)) return !is_nan(a) && !is_nan(b) && order_mixed(a, b) == 0;
  if (a.index() != b.index()) return false;
  if (std::holds_alternative<const list_value*>(a))
    return lists_equal(f, *std::get<const list_value*>(a), *std::get<const list_value*>(b));
  if (std::holds_alternative<const map_value*>(a))
    return maps_equal(f, *std::get<const map_value*>(a), *std::get<const map_value*>(b));
  if (std::holds_alternative<std::nullptr_t>(a)) return true;
  if (const auto* what = std::get_if<type_value>(&a)) return what->what == std::get<type_value>(b).what;
  bool nan = false;
  return order(a, b, nan) == 0;
}

std::optional<int> order(const value& a, const value& b, bool& nan) {
  nan = is_nan(a) || is_nan(b);
  if (is_number(a) && is_number(b)) return nan ? 0 : order_mixed(a, b);
  if (a.index() != b.index()) return std::nullopt;
  if (const auto* x = std::get_if<std::string_view>(&a))
    return three_way(*x, std::get<std::string_view>(b)); // UTF-8 has the order of its code points
  if (const auto* x = std::get_if<bytes_value>(&a))
    return three_way(x->bytes, std::get<bytes_value>(b).bytes);
  if (const auto* x = std::get_if<bool>(&a)) return three_way(*x, std::get<bool>(b));
  if (const auto* x = std::get_if<duration_value>(&a))
    return three_way(x->ns, std::get<duration_value>(b).ns);
  if (const auto* x = std::get_if<moment>(&a)) {
    const auto& y = std::get<moment>(b);
    return three_way(std::tie(x->seconds, x->nanos), std::tie(y.seconds, y.nanos));
  }
  return std::nullopt;
}

std::string_view text_of(frame& f, const json& tree) {
  const json* one = &tree;
  if (tree.is_array() && !tree.empty()) one = &tree.front();
  if (const auto* text = one->get_ptr<const json::string_t*>()) return *text;
  if (one->is_number() || one->is_boolean()) return f.keep(one->dump());
  return {};
}

std::size_t map_size(const map_value& m) noexcept {
  return m.object != nullptr ? m.object->size() : m.entries.size();
}

value map_find(frame& f, const map_value& m, const value& key) {
  if (!f.spend(1 + m.entries.size())) return out_of_work;
  if (m.object != nullptr) {
    const auto* name = std::get_if<std::string_view>(&key);
    const json* found = name != nullptr ? find_member(*m.object, *name, m.any_case) : nullptr;
    return found != nullptr ? value{text_of(f, *found)} : value{no_such_key};
  }
  for (const auto& [known, content] : m.entries)
    if (equal(f, known, key)) return content;
  return no_such_key;
}

list_value map_keys(frame& f, const map_value& m) {
  list_value keys;
  if (!f.spend(map_size(m))) return keys;
  if (m.object != nullptr) {
    for (const auto& member : m.object->items())
      keys.items.emplace_back(m.any_case ? f.keep(lower_case(member.key())) : std::string_view{member.key()});
  } else {
    for (const auto& entry : m.entries)
      keys.items.push_back(entry.first);
  }
  return keys;
}

} // namespace remora::filter::kfl2
