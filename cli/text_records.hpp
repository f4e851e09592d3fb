#pragma once

#include <string>

#include "cli/output.hpp"
#include "worker/run.hpp"

namespace remora::cli {

/// What scripts print, for people: each message as it is, with a newline behind it. Errors go to standard
/// error, all the rest to standard output. Jobs print nothing of their own.
class text_records : public worker::record_sink {
 public:
  struct style {
    bool with_titles = false;   ///< `[title] ` before each message, once, also when it has several lines.
    bool can_clear = false;     ///< Standard output is a terminal.
    bool colour_errors = false; ///< Standard error is one, and colour is wanted.
  };

  text_records(output& out, output& err, style how) : out_{out}, err_{err}, how_{how} {}

  void console(const console_line& line) override;
  void job(const job_run&) override {}
  void clear_console() override;

 private:
  output& out_;
  output& err_;
  style how_;
};

/// A title with its control characters made blanks: it is part of every line.
std::string one_line_title(const std::string& title);

} // namespace remora::cli
