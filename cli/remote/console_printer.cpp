#include "cli/remote/console_printer.hpp"

#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

std::string shown(const std::string& text, const screen& reader) {
  return reader.terminal ? harmless_line(text, reader.colour) : text;
}

/// Names stand in front of each line: a newline in one would make two of it, also in a file.
std::string prefix(const client::json& line, bool is_error) {
  return '[' + harmless(client::text_of(line, "node")) + ':' + harmless(client::text_of(line, "script")) +
         (is_error ? ":ERROR]" : "]");
}

} // namespace

console_printer::console_printer(const context& where, const options& how)
    : how_{how},
      out_{where.out, output::flushing::every_record},
      err_{where.err, output::flushing::every_record} {}

void console_printer::print(const client::json& line) {
  const double dropped = client::number_of(line, "dropped");
  if (how_.as_json) {
    out_.write(client::to_text(line) + '\n');
    out_.end_record();
  }
  if (dropped > 0) {
    err_.write("remora: " + number_text(dropped) +
               " lines are missing here: they came faster than they could be shown\n");
    err_.end_record();
  }
  if (how_.as_json || dropped > 0) return;
  if (client::text_of(line, "level") == "error") {
    const std::string text = prefix(line, true) + ' ' + shown(client::text_of(line, "text"), how_.err);
    err_.write(toned(text, tone::bad, how_.err) + '\n');
    err_.end_record();
  } else {
    const std::string text = shown(client::text_of(line, "text"), how_.out);
    out_.write(toned(prefix(line, false), tone::faint, how_.out) + ' ' + text + '\n');
    out_.end_record();
  }
}

} // namespace remora::cli
