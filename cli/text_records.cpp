#include "cli/text_records.hpp"

#include <algorithm>

#include "cli/item_line.hpp"

namespace remora::cli {

std::string one_line_title(const std::string& title) {
  std::string out = title;
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F; },
      ' ');
  return out;
}

void text_records::console(const console_line& line) {
  const bool is_error = line.level == console_level::error;
  const bool coloured = is_error && how_.colour_errors;
  output& to = is_error ? err_ : out_;
  if (is_error) out_.flush(); // both may lead to the same place: keep the order
  if (coloured) to.write("\x1b[31m");
  if (how_.with_titles) {
    to.write("[");
    to.write(one_line_title(line.script));
    to.write("] ");
  }
  to.write(line.text);
  to.write(coloured ? "\x1b[0m\n" : "\n");
  to.end_record();
}

void text_records::item(const remora::item& what) {
  if (items_ && !items_->judge(what).passes) return;
  out_.write(item_line(what));
  out_.end_record();
}

void text_records::clear_console() {
  if (!how_.can_clear) return;
  out_.write("\x1b[H\x1b[2J");
  out_.end_record();
}

} // namespace remora::cli
