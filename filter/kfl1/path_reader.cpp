#include "filter/kfl1/path_reader.hpp"

#include <charconv>
#include <system_error>

#include "filter/kfl1/functions.hpp"
#include "filter/syntax/escapes.hpp"

namespace remora::filter::kfl1 {

namespace {

/// Whether the next step stands behind a member called "headers".
bool is_after_headers(const selector& s) noexcept {
  if (!s.steps.empty()) return s.steps.back().name == "headers"; // by name or by descent
  return !s.names.empty() && s.names.back() == "headers";
}

std::optional<std::size_t> read_index(const token& t) noexcept {
  std::size_t index = 0;
  const char* end = t.raw.data() + t.raw.size();
  const auto [stop, failed] = std::from_chars(t.raw.data(), end, index);
  if (t.kind != token_kind::number || failed != std::errc{} || stop != end) return std::nullopt;
  return index;
}

bool read_bracket(token_cursor& from, selector& to) {
  from.take();
  const token& inside = from.peek();
  if (inside.is('*')) {
    add_step(to, {step::kind::all, {}, 0, false});
  } else if (const auto index = read_index(inside)) {
    add_step(to, {step::kind::index, {}, *index, false});
  } else if (inside.kind == token_kind::text && inside.prefix.empty()) {
    add_step(to, {step::kind::member, kfl1_string(inside), 0, false});
  } else {
    return from.fail(inside);
  }
  from.take();
  return from.expect(']');
}

/// .json() and .xml(), the calls that a path for redact() may have.
bool read_body_step(token_cursor& from, selector& to) {
  const std::string_view name = from.peek(1).raw;
  if (!from.peek().is('.') || !from.peek(2).is('(') || !from.peek(3).is(')')) return false;
  if (name != "json" && name != "xml") return false;
  add_step(to, {name == "json" ? step::kind::json : step::kind::xml, {}, 0, false});
  for (int i = 0; i < 4; ++i)
    from.take();
  return true;
}

} // namespace

void add_step(selector& to, step s) {
  if (s.what == step::kind::member) s.any_case = is_after_headers(to);
  const bool is_name = s.what == step::kind::member && to.steps.empty();
  if (is_name) {
    to.names.push_back(std::move(s.name));
  } else {
    to.steps.push_back(std::move(s));
  }
}

bool read_plain_step(token_cursor& from, selector& to) {
  if (from.peek().is('[')) return read_bracket(from, to);
  if (!from.expect('.')) return false;
  step s;
  if (from.skip('.')) {
    s.what = step::kind::descend;
  } else if (from.skip('*')) {
    add_step(to, {step::kind::all, {}, 0, false});
    return true;
  }
  if (from.peek().kind != token_kind::identifier) return from.fail(from.peek());
  s.name = from.take().raw;
  add_step(to, std::move(s));
  return true;
}

std::optional<double> read_number(const token& t) noexcept {
  if (t.raw.find_first_of("xXuU") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const char* end = t.raw.data() + t.raw.size();
  const auto [stop, failed] = std::from_chars(t.raw.data(), end, number);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<selector> read_selector(std::string_view text) {
  const auto tokens = lex(text);
  if (!tokens) return std::nullopt;
  token_cursor from{text, *tokens};
  selector made;
  if (from.peek().is('.') && from.peek(1).is('.')) {
    if (!read_plain_step(from, made)) return std::nullopt;
  } else if (from.peek().kind == token_kind::identifier) {
    made.names.emplace_back(from.take().raw);
  } else {
    return std::nullopt;
  }
  while (from.peek().kind != token_kind::end)
    if (!read_body_step(from, made) && !read_plain_step(from, made)) return std::nullopt;
  made.alias = alias_of(made.names);
  return made;
}

} // namespace remora::filter::kfl1
