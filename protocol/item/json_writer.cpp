#include "protocol/item/json_writer.hpp"

#include <charconv>

#include "base/base64.hpp"
#include "base/utf8.hpp"

namespace remora {

namespace {

constexpr std::int64_t largest_exact = std::int64_t{1} << 53;

bool needs_escape(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& to, char c) {
  constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      to += "\\\"";
      return;
    case '\\':
      to += "\\\\";
      return;
    case '\b':
      to += "\\b";
      return;
    case '\f':
      to += "\\f";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      to += "\\u00";
      to += hex[static_cast<unsigned char>(c) >> 4];
      to += hex[static_cast<unsigned char>(c) & 0xF];
  }
}

} // namespace

void json_writer::separate() {
  if (!first_) to_ += ',';
  first_ = false;
}

void json_writer::quote(std::string_view bytes) {
  std::string mended;
  if (find_invalid_utf8(bytes)) bytes = mended = to_well_formed_utf8(bytes);
  to_ += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!needs_escape(bytes[i])) continue;
    to_.append(bytes, plain, i - plain);
    append_escaped(to_, bytes[i]);
    plain = i + 1;
  }
  to_.append(bytes, plain);
  to_ += '"';
}

void json_writer::null() {
  separate();
  to_ += "null";
}

void json_writer::boolean(bool content) {
  separate();
  to_ += content ? "true" : "false";
}

void json_writer::integer(std::int64_t content) {
  separate();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, content).ptr;
  const bool exact = -largest_exact <= content && content <= largest_exact;
  if (!exact) to_ += '"';
  to_.append(digits, end);
  if (!exact) to_ += '"';
}

void json_writer::text(std::string_view bytes) {
  separate();
  quote(bytes);
}

void json_writer::base64(std::string_view bytes) {
  separate();
  to_ += '"';
  append_base64(to_, bytes);
  to_ += '"';
}

void json_writer::begin_object() {
  separate();
  to_ += '{';
  first_ = true;
}

void json_writer::key(std::string_view name) {
  separate();
  quote(name);
  to_ += ':';
  first_ = true; // the value follows at once
}

void json_writer::end_object() {
  to_ += '}';
  first_ = false;
}

void json_writer::begin_list() {
  separate();
  to_ += '[';
  first_ = true;
}

void json_writer::end_list() {
  to_ += ']';
  first_ = false;
}

std::string to_json(shaped what) {
  std::string out;
  json_writer writer{out};
  writer.part(what);
  return out;
}

} // namespace remora
