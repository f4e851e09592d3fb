#include "filter/kfl2/overloads.hpp"

#include <array>
#include <cstddef>

#include "filter/kfl2/library.hpp"

namespace remora::filter::kfl2 {

namespace {

/// One row: what is called how, with which types. A signature has one letter for each argument, '>' and one
/// for the result: b bool, i int, u uint, d double, s string, y bytes, t timestamp, r duration, D dyn, e
/// type, A and B any type, the same wherever the letter stands, L list(A), M map(A, B).
struct overload {
  form as;
  std::string_view name;
  std::string_view signature;
  native_function what;
};

constexpr auto op = form::op;
constexpr auto fn = form::function;
constexpr auto method = form::method;

constexpr overload overloads[] = {
    {op, "+", "ii>i", library::add},
    {op, "+", "uu>u", library::add},
    {op, "+", "dd>d", library::add},
    {op, "+", "ss>s", library::add},
    {op, "+", "yy>y", library::add},
    {op, "+", "LL>L", library::add},
    {op, "+", "tr>t", library::add},
    {op, "+", "rt>t", library::add},
    {op, "+", "rr>r", library::add},
    {op, "-", "ii>i", library::subtract},
    {op, "-", "uu>u", library::subtract},
    {op, "-", "dd>d", library::subtract},
    {op, "-", "tt>r", library::subtract},
    {op, "-", "tr>t", library::subtract},
    {op, "-", "rr>r", library::subtract},
    {op, "*", "ii>i", library::multiply},
    {op, "*", "uu>u", library::multiply},
    {op, "*", "dd>d", library::multiply},
    {op, "/", "ii>i", library::divide},
    {op, "/", "uu>u", library::divide},
    {op, "/", "dd>d", library::divide},
    {op, "%", "ii>i", library::remainder},
    {op, "%", "uu>u", library::remainder},
    {op, "-", "i>i", library::negate},
    {op, "-", "d>d", library::negate},
    {op, "!", "b>b", library::logical_not},
    {op, "==", "AA>b", library::equals},
    {op, "!=", "AA>b", library::differs},
#define REMORA_ORDERED(name, what)                                                                        \
  {op, name, "ii>b", what}, {op, name, "uu>b", what}, {op, name, "dd>b", what}, {op, name, "ss>b", what}, \
      {op, name, "yy>b", what}, {op, name, "bb>b", what}, {op, name, "tt>b", what}, {                     \
    op, name, "rr>b", what                                                                                \
  }
    REMORA_ORDERED("<", library::less),
    REMORA_ORDERED("<=", library::at_most),
    REMORA_ORDERED(">", library::greater),
    REMORA_ORDERED(">=", library::at_least),
#undef REMORA_ORDERED
    {op, "in", "AL>b", library::is_in},
    {op, "in", "AM>b", library::is_in},
    {op, "[]", "Li>A", library::index},
    {op, "[]", "MA>B", library::index},

    {method, "contains", "ss>b", library::contains},
    {method, "startsWith", "ss>b", library::starts_with},
    {method, "endsWith", "ss>b", library::ends_with},
    {method, "matches", "ss>b", library::matches},
    {fn, "matches", "ss>b", library::matches},
#define REMORA_SIZE(as)                                                   \
  {as, "size", "s>i", library::size}, {as, "size", "y>i", library::size}, \
      {as, "size", "L>i", library::size}, {                               \
    as, "size", "M>i", library::size                                      \
  }
    REMORA_SIZE(fn),
    REMORA_SIZE(method),
#undef REMORA_SIZE
    {fn, "map_get", "MAB>B", library::map_get},

    {fn, "int", "i>i", library::to_int},
    {fn, "int", "u>i", library::to_int},
    {fn, "int", "d>i", library::to_int},
    {fn, "int", "s>i", library::to_int},
    {fn, "int", "t>i", library::to_int},
    {fn, "uint", "u>u", library::to_uint},
    {fn, "uint", "i>u", library::to_uint},
    {fn, "uint", "d>u", library::to_uint},
    {fn, "uint", "s>u", library::to_uint},
    {fn, "double", "d>d", library::to_double},
    {fn, "double", "i>d", library::to_double},
    {fn, "double", "u>d", library::to_double},
    {fn, "double", "s>d", library::to_double},
    {fn, "string", "s>s", library::to_string},
    {fn, "string", "i>s", library::to_string},
    {fn, "string", "u>s", library::to_string},
    {fn, "string", "d>s", library::to_string},
    {fn, "string", "b>s", library::to_string},
    {fn, "string", "y>s", library::to_string},
    {fn, "string", "t>s", library::to_string},
    {fn, "string", "r>s", library::to_string},
    {fn, "bytes", "y>y", library::to_bytes},
    {fn, "bytes", "s>y", library::to_bytes},
    {fn, "bool", "b>b", library::to_bool},
    {fn, "bool", "s>b", library::to_bool},
    {fn, "type", "A>e", library::to_type},
    {fn, "dyn", "A>D", library::to_dyn},
    {fn, "timestamp", "t>t", library::to_timestamp},
    {fn, "timestamp", "s>t", library::to_timestamp},
    {fn, "timestamp", "i>t", library::to_timestamp},
    {fn, "duration", "r>r", library::to_duration},
    {fn, "duration", "s>r", library::to_duration},

    {fn, "now", ">t", library::now},
#define REMORA_DATE(name, what) \
  {method, name, "t>i", library::what}, { method, name, "ts>i", library::what##_in_zone }
    REMORA_DATE("getFullYear", full_year),
    REMORA_DATE("getMonth", month),
    REMORA_DATE("getDate", date),
    REMORA_DATE("getDayOfMonth", day_of_month),
    REMORA_DATE("getDayOfWeek", day_of_week),
    REMORA_DATE("getDayOfYear", day_of_year),
    REMORA_DATE("getHours", hours),
    REMORA_DATE("getMinutes", minutes),
    REMORA_DATE("getSeconds", seconds),
    REMORA_DATE("getMilliseconds", milliseconds),
#undef REMORA_DATE
    {method, "getHours", "r>i", library::hours},
    {method, "getMinutes", "r>i", library::minutes},
    {method, "getSeconds", "r>i", library::seconds},
    {method, "getMilliseconds", "r>i", library::milliseconds},
};

/// What A and B stand for in one call.
class bindings {
 public:
  bool accept(char letter, const type& given) {
    switch (letter) {
      case 'A':
      case 'B':
        return bind(letter, given);
      case 'L':
        if (given.is_dyn()) return bind('A', type::kind::dyn);
        return given.is(type::kind::list) && bind('A', given.element());
      case 'M':
        if (given.is_dyn()) return bind('A', type::kind::dyn) && bind('B', type::kind::dyn);
        return given.is(type::kind::map) && bind('A', given.key()) && bind('B', given.element());
      default:
        return compatible(plain(letter), given);
    }
  }

  type result(char letter) const {
    if (letter == 'A' || letter == 'B') return bound(letter);
    return letter == 'L' ? type::list_of(bound('A')) : plain(letter);
  }

 private:
  static type plain(char letter) {
    switch (letter) {
      case 'b':
        return type::kind::boolean;
      case 'i':
        return type::kind::integer;
      case 'u':
        return type::kind::uinteger;
      case 'd':
        return type::kind::number;
      case 's':
        return type::kind::text;
      case 'y':
        return type::kind::bytes;
      case 't':
        return type::kind::timestamp;
      case 'r':
        return type::kind::duration;
      case 'e':
        return type::kind::type;
      default:
        return type::kind::dyn;
    }
  }
  bool bind(char letter, const type& given) {
    auto& slot = bound_[letter == 'A' ? 0 : 1];
    if (slot && !compatible(*slot, given)) return false;
    slot = slot ? join(*slot, given) : given;
    return true;
  }
  type bound(char letter) const { return bound_[letter == 'A' ? 0 : 1].value_or(type::kind::dyn); }

  std::array<std::optional<type>, 2> bound_;
};

std::optional<type> result_of(const overload& candidate, const std::vector<type>& arguments) {
  const std::size_t count = candidate.signature.find('>');
  if (count != arguments.size()) return std::nullopt;
  bindings bound;
  for (std::size_t i = 0; i < count; ++i)
    if (!bound.accept(candidate.signature[i], arguments[i])) return std::nullopt;
  return bound.result(candidate.signature[count + 1]);
}

} // namespace

bool is_known(form as, std::string_view name) {
  for (const overload& candidate : overloads)
    if (candidate.as == as && candidate.name == name) return true;
  return false;
}

std::optional<resolved> resolve(form as, std::string_view name, const std::vector<type>& arguments) {
  std::optional<resolved> found;
  for (const overload& candidate : overloads) {
    if (candidate.as != as || candidate.name != name) continue;
    const auto result = result_of(candidate, arguments);
    if (!result) continue;
    if (!found) {
      found = resolved{candidate.what, *result};
    } else {
      found->result = compatible(found->result, *result) ? join(found->result, *result) : type::kind::dyn;
    }
  }
  return found;
}

} // namespace remora::filter::kfl2
