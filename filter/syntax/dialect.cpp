#include "filter/syntax/dialect.hpp"

#include <algorithm>
#include <iterator>

namespace remora::filter {

namespace {

constexpr std::string_view kfl1_calls[] = {"datetime", "limit",   "rlimit",  "leftOff", "json", "xml",
                                           "redact",   "seconds", "minutes", "hours",   "days", "weeks",
                                           "months",   "years",   "rule",    "record"};
constexpr std::string_view kfl2_calls[] = {"map_get", "timestamp", "duration", "size", "has",  "int", "uint",
                                           "double",  "string",    "bytes",    "bool", "type", "dyn"};
constexpr std::string_view kfl2_methods[] = {
    "matches",      "exists",      "all",        "exists_one", "filter",         "map",
    "size",         "getFullYear", "getMonth",   "getDate",    "getDayOfMonth",  "getDayOfWeek",
    "getDayOfYear", "getHours",    "getMinutes", "getSeconds", "getMilliseconds"};

template <std::size_t Size>
bool contains(const std::string_view (&words)[Size], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// A token and its neighbours; beyond either end there is the end token.
class view {
 public:
  view(const token_list& tokens, std::size_t at) noexcept : tokens_{tokens}, at_{at} {}

  const token& operator[](int distance) const noexcept {
    const auto wanted = static_cast<std::ptrdiff_t>(at_) + distance;
    const bool inside = wanted >= 0 && wanted < static_cast<std::ptrdiff_t>(tokens_.size());
    return inside ? tokens_[static_cast<std::size_t>(wanted)] : tokens_.back();
  }
  bool at_head() const noexcept { return !(*this)[-1].is('.'); }
  bool called() const noexcept { return (*this)[1].is('('); }
  bool pair(char a, char b) const noexcept { return (*this)[0].is(a) && (*this)[1].is(b); }

 private:
  const token_list& tokens_;
  std::size_t at_;
};

bool beside_equality(const view& v) {
  const auto is_comparison = [](const token& first, const token& second) {
    return (first.is('=') || first.is('!')) && second.is('=');
  };
  return is_comparison(v[-2], v[-1]) || is_comparison(v[1], v[2]);
}

bool marks_kfl1(const view& v) {
  const token& t = v[0];
  switch (t.kind) {
    case token_kind::identifier:
      if (v.at_head() && (t.raw == "and" || t.raw == "or" || t.raw == "nil")) return true;
      return v.called() && contains(kfl1_calls, t.raw);
    case token_kind::text:
      return t.quote == '`' || (t.prefix == "r" && beside_equality(v));
    case token_kind::symbol:
      return v.pair('.', '*') || v.pair('.', '.') || (v.pair('[', '*') && v[2].is(']'));
    default:
      return false;
  }
}

bool marks_kfl2(const view& v, bool (*is_kfl2_only)(std::string_view)) {
  const token& t = v[0];
  if (t.kind == token_kind::symbol)
    return (v.pair('&', '&') || v.pair('|', '|')) && t.end_offset() == v[1].offset;
  if (t.kind != token_kind::identifier) return false;
  if (!v.at_head()) return v.called() && contains(kfl2_methods, t.raw);
  if (t.raw == "in") return true;
  return v.called() ? contains(kfl2_calls, t.raw) : is_kfl2_only(t.raw);
}

} // namespace

dialect_hint guess_dialect(const token_list& tokens, bool (*is_kfl2_only)(std::string_view)) {
  if (tokens.size() == 1) return dialect_hint::empty;
  bool kfl2 = false;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const view here{tokens, i};
    if (marks_kfl1(here)) return dialect_hint::kfl1;
    kfl2 = kfl2 || marks_kfl2(here, is_kfl2_only);
  }
  return kfl2 ? dialect_hint::kfl2 : dialect_hint::neutral;
}

} // namespace remora::filter
