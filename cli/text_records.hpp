#pragma once

#include <optional>
#include <string>
#include <utility>

#include "cli/item_filter.hpp"
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

  /// @param items Which items are printed.
  text_records(output& out, output& err, style how, std::optional<item_filter> items = std::nullopt)
      : out_{out}, err_{err}, how_{how}, items_{std::move(items)} {}

  void console(const console_line& line) override;
  void job(const job_run&) override {}
  void clear_console() override;
  /// A line: time, protocol, client and server, method, what it was about, status, duration.
  void item(const remora::item& what) override;

 private:
  output& out_;
  output& err_;
  style how_;
  std::optional<item_filter> items_;
};

/// A title with its control characters made blanks: it is part of every line.
std::string one_line_title(const std::string& title);

} // namespace remora::cli
