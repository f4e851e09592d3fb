#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/item_filter.hpp"
#include "cli/output.hpp"
#include "worker/run.hpp"

namespace remora::cli {

/// Everything that happens, for programs: one JSON object a line on standard output, in the order it
/// happened, well-formed UTF-8 always. The members and their order are part of the interface.
class json_records : public worker::record_sink {
 public:
  /// @param items Which items are printed.
  explicit json_records(output& out, std::optional<item_filter> items = std::nullopt)
      : out_{out}, items_{std::move(items)} {}

  /// {"type":"console","time","node","script","level","text"}
  void console(const console_line& line) override;
  /// {"type":"job","script","tag","planned","started","duration_ms","outcome","result","error","console"};
  /// started, result and error are null when there is none; result is what the function returned.
  void job(const job_run& run) override;
  /// {"type":"item","item":{...}}; the item is what JSON.stringify(data) gives a hook.
  void item(const remora::item& what) override;
  /// Nothing: a stream of records has no screen.
  void clear_console() override {}
  /// {"type":"summary","packets","bytes","items","hook_calls","script_errors","dropped","seconds"}; seconds
  /// by the run's clock, so that two runs over one file print the same.
  void summary(const worker::run_report& report);

 private:
  output& out_;
  std::optional<item_filter> items_;
};

} // namespace remora::cli
