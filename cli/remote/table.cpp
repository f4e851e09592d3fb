#include "cli/remote/table.hpp"

#include <algorithm>

#include "base/value.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

const char* code_of(tone in) {
  switch (in) {
    case tone::plain:
      return "";
    case tone::good:
      return "\x1b[32m";
    case tone::doubtful:
      return "\x1b[33m";
    case tone::bad:
      return "\x1b[31m";
    case tone::faint:
      return "\x1b[2m";
  }
  return "";
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string::npos;
}

std::string csv_field(const std::string& text) {
  std::string out = text;
  // Otherwise a script could have a spreadsheet compute, or fetch, something.
  if (!out.empty() && std::string_view{"=+-@\t\r"}.find(out.front()) != std::string_view::npos &&
      !is_number(out))
    out.insert(0, "'");
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out)
    quoted += c == '"' ? std::string{"\"\""} : std::string(1, c);
  return quoted + '"';
}

} // namespace

std::string toned(const std::string& text, tone in, const screen& reader) {
  if (!reader.colour || in == tone::plain) return text;
  return code_of(in) + text + "\x1b[0m";
}

table::table(std::vector<std::string> headings) : headings_{std::move(headings)} {
  for (std::string& heading : headings_) {
    right_.push_back(!heading.empty() && heading.front() == '>');
    if (right_.back()) heading.erase(0, 1);
  }
}

void table::row(std::vector<cell> cells) {
  cells.resize(headings_.size(), cell{""});
  rows_.push_back(std::move(cells));
}

std::string table::text(const screen& reader) const {
  if (reader.terminal) return aligned(reader);
  std::string out;
  for (std::size_t i = 0; i < headings_.size(); ++i)
    out += (i == 0 ? "" : "\t") + headings_[i];
  out += '\n';
  for (const auto& cells : rows_) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      out += (i == 0 ? "" : "\t") + harmless(cells[i].text);
    out += '\n';
  }
  return out;
}

std::string table::aligned(const screen& reader) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    widths.push_back(display_width(headings_[i]));
    for (const auto& cells : rows_)
      widths[i] = std::max(widths[i], display_width(harmless(cells[i].text)));
  }
  std::string out;
  const auto line = [&](std::size_t i, const std::string& text, tone shade) {
    const std::string gap(widths[i] - std::min(widths[i], display_width(text)), ' ');
    const std::string shown = text.empty() ? text : toned(text, shade, reader);
    const bool last = i + 1 == headings_.size();
    out += (i == 0 ? "" : "  ") + (right_[i] ? gap + shown : last ? shown : shown + gap);
  };
  for (std::size_t i = 0; i < headings_.size(); ++i)
    line(i, headings_[i], tone::faint);
  for (const auto& cells : rows_) {
    out += '\n';
    for (std::size_t i = 0; i < cells.size(); ++i)
      line(i, harmless(cells[i].text), cells[i].shade);
  }
  return out + '\n';
}

std::string table::csv() const {
  std::string out;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    std::string name = headings_[i];
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c == ' ' ? '_' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    });
    out += (i == 0 ? "" : ",") + csv_field(name);
  }
  out += "\r\n";
  for (const auto& cells : rows_) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      out += (i == 0 ? "" : ",") + csv_field(cells[i].text);
    out += "\r\n";
  }
  return out;
}

} // namespace remora::cli
