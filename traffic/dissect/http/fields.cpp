#include "traffic/dissect/http/fields.hpp"

#include <utility>

#include "traffic/dissect/http/named_values.hpp"
#include "traffic/dissect/http/text.hpp"

namespace remora::traffic::http {

namespace {

bool is_fold(std::string_view rest) noexcept {
  return !rest.empty() && (rest.front() == ' ' || rest.front() == '\t');
}

template <class Function>
void for_each_field(const message& of, Function&& function) {
  for (const std::string_view block : {of.fields(), of.trailers()}) {
    field_cursor fields{block};
    field one;
    while (fields.next(one))
      function(one);
  }
}

void add_cookie(named_values& to, std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)).empty()) return;
  std::string_view value = trimmed(pair.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  to.add(std::string{trimmed(pair.substr(0, equals))}, std::string{value});
}

} // namespace

/// A line with those that continue it, without the last line end.
std::string_view field_cursor::next_line() noexcept {
  std::size_t end = rest_.find('\n');
  while (end != std::string_view::npos && is_fold(rest_.substr(end + 1)))
    end = rest_.find('\n', end + 1);
  const std::string_view line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
  return line;
}

bool field_cursor::next(field& out) noexcept {
  while (!rest_.empty()) {
    const std::string_view line = next_line();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || is_fold(line)) continue;
    out.name = trimmed(line.substr(0, colon));
    if (out.name.empty()) continue;
    out.value = trimmed(line.substr(colon + 1));
    return true;
  }
  return false;
}

std::string unfolded(std::string_view value) {
  std::string out;
  for (std::size_t end = value.find('\n'); end != std::string_view::npos; end = value.find('\n')) {
    out += trimmed(value.substr(0, end));
    if (!out.empty()) out += ' ';
    value.remove_prefix(end + 1);
    value = trimmed(value);
  }
  return out.append(value);
}

std::string canonical_name(std::string_view name) {
  std::string out{name};
  bool begins = true;
  for (char& c : out) {
    if (begins && 'a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!begins) c = lower(c);
    begins = c == '-';
  }
  return out;
}

std::string field_value(const message& of, std::string_view name) {
  std::string out;
  bool any = false;
  for_each_field(of, [&](const field& one) {
    if (!equal_ignoring_case(one.name, name)) return;
    if (any) out += ',';
    out += unfolded(one.value);
    any = true;
  });
  return out;
}

std::string parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos) {
    value.remove_prefix(at + 1);
    const std::size_t equals = value.find_first_of("=;");
    if (equals == std::string_view::npos) return {};
    if (value[equals] == ';') {
      at = equals;
      continue;
    }
    const bool wanted = equal_ignoring_case(trimmed(value.substr(0, equals)), name);
    value = value.substr(equals + 1);
    while (!value.empty() && is_space(value.front()))
      value.remove_prefix(1);
    std::string content;
    std::size_t end = 0;
    if (!value.empty() && value.front() == '"') {
      for (end = 1; end < value.size() && value[end] != '"'; ++end) {
        if (value[end] == '\\' && end + 1 < value.size()) ++end;
        content += value[end];
      }
      end = value.find(';', end);
    } else {
      end = value.find(';');
      content = trimmed(value.substr(0, end));
    }
    if (wanted) return content;
    at = end;
  }
  return {};
}

void write_headers(const message& of, value_writer& to) {
  named_values headers;
  for_each_field(of, [&](const field& one) { headers.add(canonical_name(one.name), unfolded(one.value)); });
  headers.write_joined(to);
}

void write_cookies(const message& of, value_writer& to) {
  named_values cookies;
  const bool is_request = of.kind() == message_kind::request;
  const std::string_view wanted = is_request ? "cookie" : "set-cookie";
  for_each_field(of, [&](const field& one) {
    if (!equal_ignoring_case(one.name, wanted)) return;
    const std::string value = unfolded(one.value);
    list_cursor pairs{value, ';'};
    std::string_view pair;
    while (pairs.next(pair)) {
      add_cookie(cookies, pair);
      if (!is_request) break; // what follows are attributes
    }
  });
  cookies.write_joined(to);
}

} // namespace remora::traffic::http
