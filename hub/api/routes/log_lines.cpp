#include "hub/api/routes/log_lines.hpp"

#include "base/utf8.hpp"
#include "hub/api/routes/json_writer.hpp"

namespace remora::hub {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if ((byte < 0x20 && c != '\t' && c != '\x1b') || byte == 0x7f) {
      out += "\\x";
      out += hex[byte >> 4u];
      out += hex[byte & 15u];
    } else {
      out += c;
    }
  }
}

} // namespace

/// The set of scripts is read again when its number has changed: a title may have got another index.
result<std::optional<std::size_t>> log_lines::index_of(const std::string& title) {
  auto generation = hub_.generation();
  if (!generation) return pass_on(std::move(generation));
  if (generation_ != *generation) {
    auto scripts = hub_.scripts();
    if (!scripts) return pass_on(std::move(scripts));
    indices_.clear();
    for (auto& one : *scripts)
      indices_.emplace(std::move(one.title), one.index);
    generation_ = *generation;
  }
  const auto at = indices_.find(title);
  return at == indices_.end() ? std::nullopt : std::optional{at->second};
}

result<std::string> log_lines::as_text(const stored_line& line) {
  auto index = index_of(line.line.script);
  if (!index) return pass_on(std::move(index));
  std::string out = "[";
  append_escaped(out, to_well_formed_utf8(line.line.node));
  out += '-' + (*index ? std::to_string(**index) : "?");
  out += line.line.level == console_level::error ? ":ERROR] " : "] ";
  append_escaped(out, to_well_formed_utf8(line.line.text));
  return out;
}

result<std::string> log_lines::as_json(const stored_line& line) {
  auto index = index_of(line.line.script);
  if (!index) return pass_on(std::move(index));
  json_writer out;
  out.object([&] {
    out.time("time", line.line.time).text("node", line.line.node).member("index");
    *index ? out.number(**index) : out.null();
    out.text("title", line.line.script).text("level", to_string(line.line.level));
    out.text("text", line.line.text).number("seq", line.id);
  });
  return out.take();
}

} // namespace remora::hub
