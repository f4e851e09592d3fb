#include "config/field.hpp"

#include <charconv>
#include <system_error>
#include <utility>

#include "config/core_schema.hpp"
#include "config/read_scalar.hpp"

namespace remora::config {

namespace {

constexpr std::string_view mask = "***";

/// A list of texts, each held to the rule; a null among them is a slip.
bool read_texts(const reading& r, const text_rule& rule, text_list& out) {
  if (r.from.kind != node_kind::list) {
    r.complain("expected a list, this is " + std::string{to_string(r.from.kind)} +
               "; write [a, b] or lines with `- `");
    return false;
  }
  bool good = true;
  for (const node& item : r.from.items) {
    std::string text;
    good = read_text({item, r.key, r.secret, r.problems}, rule, text) && good;
    out.push_back(std::move(text));
  }
  return good;
}

} // namespace

void reading::complain(const std::string& why) const {
  std::string message = in_ticks(key) + ": " + why;
  if (from.kind == node_kind::scalar && !secret && !from.expanded) message += ", not " + in_ticks(from.text);
  problems.add(from.at, message);
}

void read_into(const reading& r, const text_rule& rule, std::string& out) {
  std::string text;
  if (read_text(r, rule, text)) out = std::move(text);
}

void read_into(const reading& r, const text_rule& rule, text_list& out) {
  text_list texts;
  if (read_texts(r, rule, texts)) out = std::move(texts);
}

void read_into(const reading& r, const range<std::int64_t>& rule, std::int64_t& out) {
  if (!expect_scalar(r, "a whole number")) return;
  std::int64_t number = 0;
  const char* end = r.from.text.data() + r.from.text.size();
  const auto parsed = std::from_chars(r.from.text.data(), end, number);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == end;
  if (!whole || number < rule.least || number > rule.most)
    r.complain("expected a whole number from " + std::to_string(rule.least) + " to " +
               std::to_string(rule.most));
  else
    out = number;
}

void read_into(const reading& r, const range<byte_size>& rule, byte_size& out) {
  if (!expect_scalar(r, "a size")) return;
  const auto size = parse_size(r.from.text);
  if (!size) return r.complain(size.error().message);
  if (*size < rule.least || rule.most < *size)
    return r.complain("expected a size from " + format_size(rule.least) + " to " + format_size(rule.most));
  out = *size;
}

void read_into(const reading& r, const range<duration>& rule, duration& out) {
  if (!expect_scalar(r, "a duration")) return;
  const auto parsed = parse_duration(r.from.text);
  if (!parsed) return r.complain(parsed.error().message);
  if (*parsed < rule.least || *parsed > rule.most)
    return r.complain("expected a duration from " + format_duration(rule.least) + " to " +
                      format_duration(rule.most));
  out = *parsed;
}

void read_into(const reading& r, no_rule, bool& out) {
  if (!expect_scalar(r, "true or false")) return;
  const auto parsed = parse_bool(r.from.text);
  if (!parsed) return r.complain("expected true or false");
  out = *parsed;
}

void read_into(const reading& r, no_rule, log::level& out) {
  if (!expect_scalar(r, "a log level")) return;
  if (!log::parse_level(r.from.text, out)) r.complain("expected debug, info, warning, error or off");
}

void read_into(const reading& r, no_rule, log::format& out) {
  if (!expect_scalar(r, "a log format")) return;
  if (!log::parse_format(r.from.text, out)) r.complain("expected text or json");
}

void read_into(const reading& r, no_rule, std::vector<inline_script>& out) {
  // Code stays out of messages: nobody wants to read all of it there.
  if (!expect_map({r.from, r.key, true, r.problems}, "of titles and code")) return;
  std::vector<inline_script> scripts;
  for (const entry& e : r.from.entries) {
    inline_script script{e.key, {}};
    const reading code{e.content, r.key, true, r.problems};
    if (const auto why = script_title.check(e.key))
      r.problems.add(e.key_at, in_ticks(r.key) + ": a title " + *why);
    if (!expect_scalar(code, "the code of a script")) continue;
    script.code = e.content.text;
    scripts.push_back(std::move(script));
  }
  out = std::move(scripts);
}

void read_into(const reading& r, no_rule, filter_macros& out) {
  // What a deployment carries to every node is kept small.
  constexpr std::size_t most_macros = 64;
  constexpr std::size_t most_name_bytes = 64;
  constexpr std::size_t most_text_bytes = 2048;
  if (!expect_map(r, "of names and filters")) return;
  if (r.from.entries.size() > most_macros) return r.complain("has more than 64 entries");
  filter_macros macros;
  for (const entry& e : r.from.entries) {
    const reading text{e.content, r.key + '.' + e.key, r.secret, r.problems};
    if (e.key.empty() || e.key.size() > most_name_bytes)
      r.problems.add(e.key_at, in_ticks(r.key) + ": a name has 1 to 64 bytes");
    if (!expect_scalar(text, "a filter")) continue;
    if (e.content.text.size() > most_text_bytes) text.complain("is longer than 2048 bytes");
    macros[e.key] = e.content.text;
  }
  out = std::move(macros);
}

void read_into(const reading& r, no_rule, value& out) {
  if (expect_map(r, "of names and values")) out = to_value(r.from, r.problems);
}

value show(const std::string& v) { return v; }
value show(std::int64_t v) { return v; }
value show(byte_size v) { return format_size(v); }
value show(duration v) { return format_duration(v); }
value show(bool v) { return v; }
value show(const value& v) { return v; }
value show(log::format v) { return v == log::format::json ? "json" : "text"; }

value show(log::level v) {
  constexpr std::array<std::string_view, 5> names{"debug", "info", "warning", "error", "off"};
  return names[static_cast<std::size_t>(v)];
}

value show(const text_list& v) { return value::list(v.begin(), v.end()); }

value show(const std::vector<api_token>& v) {
  value::list tokens;
  for (const api_token& t : v)
    tokens.push_back(value::map{{"name", t.name}, {"role", to_string(t.grants)}, {"token", mask}});
  return tokens;
}

value show(const std::vector<inline_script>& v) {
  value::map scripts;
  for (const inline_script& s : v)
    scripts.push_back({s.title, "(" + std::to_string(s.code.size()) + " bytes of code)"});
  return scripts;
}

value show(const filter_macros& v) {
  value::map macros;
  for (const auto& [name, text] : v)
    macros.push_back({name, text});
  return macros;
}

std::string describe(const text_rule& rule, const std::string&) { return std::string{rule.type}; }
std::string describe(const text_rule& rule, const text_list&) {
  return "list of " + std::string{rule.type} + "s";
}
std::string describe(const range<std::int64_t>& rule, std::int64_t) {
  return "integer, " + std::to_string(rule.least) + " to " + std::to_string(rule.most);
}
std::string describe(const range<byte_size>& rule, byte_size) {
  return "size, " + format_size(rule.least) + " to " + format_size(rule.most);
}
std::string describe(const range<duration>& rule, duration) {
  return "duration, " + format_duration(rule.least) + " to " + format_duration(rule.most);
}
std::string describe(no_rule, bool) { return "boolean"; }
std::string describe(no_rule, log::level) { return "debug, info, warning, error or off"; }
std::string describe(no_rule, log::format) { return "text or json"; }
std::string describe(no_rule, const std::vector<api_token>&) {
  return "list of maps: name, role, token or file";
}
std::string describe(no_rule, const std::vector<inline_script>&) { return "map of title to code"; }
std::string describe(no_rule, const filter_macros&) { return "map of name to filter"; }
std::string describe(no_rule, const value&) { return "map of any values"; }

field secret(field f) {
  f.secret = true;
  f.show = [show_all = std::move(f.show)](const settings& s) { return masked(show_all(s)); };
  return f;
}

field with_secrets(field f) {
  f.secret = true;
  return f;
}

value masked(const value& v) {
  if (v.is_null() || (v.text() != nullptr && v.text()->empty())) return v;
  if (const auto* items = v.items()) {
    value::list out;
    for (const value& item : *items)
      out.push_back(masked(item));
    return out;
  }
  if (const auto* members = v.members()) {
    value::map out;
    for (const value::member& m : *members)
      out.push_back({m.name, masked(m.content)});
    return out;
  }
  return mask;
}

} // namespace remora::config
