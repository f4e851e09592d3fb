#include <optional>

#include "filter/kfl2/library.hpp"
#include "filter/kfl2/times.hpp"

namespace remora::filter::kfl2::library {

namespace {

constexpr failure overflow{"a number is out of range"};
constexpr failure division_by_zero{"division by zero"};
constexpr failure no_such_index{"no such index"};
constexpr failure time_out_of_range{"a time is out of range"};

template <class T>
struct operands {
  const T* a;
  const T* b;
  explicit operator bool() const noexcept { return a != nullptr && b != nullptr; }
};
template <class T>
operands<T> both(const value* arguments) noexcept {
  return {std::get_if<T>(&arguments[0]), std::get_if<T>(&arguments[1])};
}

template <class T>
value or_else(std::optional<T> made, failure otherwise) {
  if (!made) return otherwise;
  return *made;
}

value join_texts(frame& f, std::string_view a, std::string_view b) {
  if (!f.spend(1 + (a.size() + b.size()) / 16)) return out_of_work;
  std::string joined{a};
  joined += b;
  return f.keep(std::move(joined));
}

value join_lists(frame& f, const list_value& a, const list_value& b) {
  if (!f.spend(1 + a.items.size() + b.items.size())) return out_of_work;
  list_value joined = a;
  joined.items.insert(joined.items.end(), b.items.begin(), b.items.end());
  return f.keep(std::move(joined));
}

/// Checked arithmetic on int and uint, plain on double. Nothing when the operands are no numbers of one type.
template <class Checked, class Plain>
std::optional<value> arithmetic(const value* a, Checked checked, Plain plain) {
  if (const auto both_int = both<std::int64_t>(a)) {
    std::int64_t result = 0;
    return checked(*both_int.a, *both_int.b, &result) ? value{overflow} : value{result};
  }
  if (const auto both_uint = both<std::uint64_t>(a)) {
    std::uint64_t result = 0;
    return checked(*both_uint.a, *both_uint.b, &result) ? value{overflow} : value{result};
  }
  if (const auto both_double = both<double>(a)) return value{plain(*both_double.a, *both_double.b)};
  return std::nullopt;
}

template <class Holds>
value ordered(const value* a, Holds holds) {
  bool nan = false;
  const auto order = kfl2::order(a[0], a[1], nan);
  if (!order) return no_such_overload;
  return !nan && holds(*order);
}

} // namespace

value add(frame& f, const value* a) {
  const auto sum = arithmetic(
      a, [](auto x, auto y, auto* out) { return __builtin_add_overflow(x, y, out); },
      [](double x, double y) { return x + y; });
  if (sum) return *sum;
  if (const auto texts = both<std::string_view>(a)) return join_texts(f, *texts.a, *texts.b);
  if (const auto bytes = both<bytes_value>(a)) {
    const value joined = join_texts(f, bytes.a->bytes, bytes.b->bytes);
    return is_failure(joined) ? joined : value{bytes_value{std::get<std::string_view>(joined)}};
  }
  if (const auto lists = both<const list_value*>(a)) return join_lists(f, **lists.a, **lists.b);
  if (const auto spans = both<duration_value>(a)) {
    duration_value d;
    return __builtin_add_overflow(spans.a->ns, spans.b->ns, &d.ns) ? value{time_out_of_range} : value{d};
  }
  const bool time_first = std::holds_alternative<moment>(a[0]);
  const auto* t = std::get_if<moment>(&a[time_first ? 0 : 1]);
  const auto* d = std::get_if<duration_value>(&a[time_first ? 1 : 0]);
  if (t == nullptr || d == nullptr) return no_such_overload;
  return or_else(shift(*t, *d), time_out_of_range);
}

value subtract(frame&, const value* a) {
  const auto rest = arithmetic(
      a, [](auto x, auto y, auto* out) { return __builtin_sub_overflow(x, y, out); },
      [](double x, double y) { return x - y; });
  if (rest) return *rest;
  if (const auto times = both<moment>(a)) return or_else(difference(*times.a, *times.b), time_out_of_range);
  const auto* by = std::get_if<duration_value>(&a[1]);
  if (by == nullptr) return no_such_overload;
  duration_value d;
  if (const auto* from = std::get_if<duration_value>(&a[0]))
    return __builtin_sub_overflow(from->ns, by->ns, &d.ns) ? value{time_out_of_range} : value{d};
  const auto* t = std::get_if<moment>(&a[0]);
  if (t == nullptr) return no_such_overload;
  if (__builtin_sub_overflow(std::int64_t{0}, by->ns, &d.ns)) return time_out_of_range;
  return or_else(shift(*t, d), time_out_of_range);
}

value multiply(frame&, const value* a) {
  return arithmetic(
             a, [](auto x, auto y, auto* out) { return __builtin_mul_overflow(x, y, out); },
             [](double x, double y) { return x * y; })
      .value_or(no_such_overload);
}

value divide(frame& f, const value* a) {
  if (const auto doubles = both<double>(a)) {
    if (*doubles.b == 0) return division_by_zero;
    return *doubles.a / *doubles.b;
  }
  if (const auto ints = both<std::int64_t>(a)) {
    if (*ints.b == 0) return division_by_zero;
    if (*ints.b == -1) return negate(f, a); // the least int overflows
    return *ints.a / *ints.b;
  }
  const auto uints = both<std::uint64_t>(a);
  if (!uints) return no_such_overload;
  return *uints.b == 0 ? value{division_by_zero} : value{*uints.a / *uints.b};
}

value remainder(frame&, const value* a) {
  if (const auto ints = both<std::int64_t>(a)) {
    if (*ints.b == 0) return division_by_zero;
    return *ints.b == -1 ? std::int64_t{0} : *ints.a % *ints.b; // the least int by -1 would overflow
  }
  const auto uints = both<std::uint64_t>(a);
  if (!uints) return no_such_overload;
  return *uints.b == 0 ? value{division_by_zero} : value{*uints.a % *uints.b};
}

value negate(frame&, const value* a) {
  if (const auto* number = std::get_if<double>(&a[0])) return -*number;
  const auto* number = std::get_if<std::int64_t>(&a[0]);
  if (number == nullptr) return no_such_overload;
  std::int64_t result = 0;
  return __builtin_sub_overflow(std::int64_t{0}, *number, &result) ? value{overflow} : value{result};
}

value logical_not(frame&, const value* a) {
  const auto* truth = std::get_if<bool>(&a[0]);
  return truth != nullptr ? value{!*truth} : value{no_such_overload};
}

value equals(frame& f, const value* a) { return equal(f, a[0], a[1]); }
value differs(frame& f, const value* a) { return !equal(f, a[0], a[1]); }
value less(frame&, const value* a) {
  return ordered(a, [](int order) { return order < 0; });
}
value at_most(frame&, const value* a) {
  return ordered(a, [](int order) { return order <= 0; });
}
value greater(frame&, const value* a) {
  return ordered(a, [](int order) { return order > 0; });
}
value at_least(frame&, const value* a) {
  return ordered(a, [](int order) { return order >= 0; });
}

value is_in(frame& f, const value* a) {
  if (const auto* map = std::get_if<const map_value*>(&a[1])) return !is_failure(map_find(f, **map, a[0]));
  const auto* list = std::get_if<const list_value*>(&a[1]);
  if (list == nullptr) return no_such_overload;
  for (const value& item : (*list)->items)
    if (equal(f, item, a[0])) return true;
  return false;
}

value index(frame& f, const value* a) {
  if (const auto* map = std::get_if<const map_value*>(&a[0])) return map_find(f, **map, a[1]);
  const auto* list = std::get_if<const list_value*>(&a[0]);
  const auto* at = std::get_if<std::int64_t>(&a[1]);
  if (list == nullptr || at == nullptr) return no_such_overload;
  const auto& items = (*list)->items;
  if (*at < 0 || static_cast<std::uint64_t>(*at) >= items.size()) return no_such_index;
  return items[static_cast<std::size_t>(*at)];
}

} // namespace remora::filter::kfl2::library
