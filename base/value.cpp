#include "base/value.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"

namespace remora {

namespace {

/// Digits and exponent of a finite number other than 0: 0.d1d2d3... * 10^point, as few digits as read back.
struct shortest {
  bool negative;
  std::string digits;
  int point;
};

shortest to_shortest(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::scientific).ptr;
  std::string_view text{buffer.data(), static_cast<std::size_t>(end - buffer.data())};
  shortest out{text.front() == '-', {}, 0};
  if (out.negative) text.remove_prefix(1);
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e))
    if (c != '.') out.digits += c;
  text.remove_prefix(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(text.data(), text.data() + text.size(), out.point);
  ++out.point;
  return out;
}

void append_json(std::string& out, const value& v);

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : to_well_formed_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_list(std::string& out, const value::list& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_json(out, items[i]);
  }
  out += ']';
}

void append_map(std::string& out, const value::map& members) {
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    append_string(out, members[i].name);
    out += ':';
    append_json(out, members[i].content);
  }
  out += '}';
}

void append_json(std::string& out, const value& v) {
  if (const auto* b = v.boolean()) {
    out += *b ? "true" : "false";
  } else if (const auto* number = v.number()) {
    out += to_json_number(*number);
  } else if (const auto* text = v.text()) {
    append_string(out, *text);
  } else if (const auto* items = v.items()) {
    append_list(out, *items);
  } else if (const auto* members = v.members()) {
    append_map(out, *members);
  } else {
    out += "null";
  }
}

} // namespace

const value* value::find(std::string_view name) const noexcept {
  if (const map* all = members())
    for (const member& m : *all)
      if (m.name == name) return &m.content;
  return nullptr;
}

void value::set(std::string_view name, value content) {
  if (members() == nullptr) data_ = map{};
  map& all = std::get<map>(data_);
  for (member& m : all) {
    if (m.name != name) continue;
    m.content = std::move(content);
    return;
  }
  all.push_back({std::string{name}, std::move(content)});
}

std::string to_json_number(double number) {
  if (!std::isfinite(number)) return "null";
  if (number == 0) return "0"; // JSON.stringify(-0) is "0" too
  // The layout of ECMAScript 5.1, section 9.8.1: plain digits from 1e-6 up to 1e21, else an exponent.
  auto [negative, digits, point] = to_shortest(number);
  const int count = static_cast<int>(digits.size());
  std::string out = negative ? "-" : "";
  if (point > 0 && point <= 21) {
    if (count <= point) return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
    return out + digits.insert(static_cast<std::size_t>(point), ".");
  }
  if (point <= 0 && point > -6)
    return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (count > 1) digits.insert(1, ".");
  return out + digits + (point > 0 ? "e+" : "e-") + std::to_string(std::abs(point - 1));
}

std::string to_json_string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

std::string to_json(const value& v) {
  std::string out;
  append_json(out, v);
  return out;
}

} // namespace remora
