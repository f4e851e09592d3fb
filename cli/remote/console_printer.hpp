#pragma once

#include <string>

#include "cli/client/json.hpp"
#include "cli/output.hpp"
#include "cli/remote/screen.hpp"

namespace remora::cli {

/// Prints console lines of a hub: `[node:script] text` on standard output, `[node:script:ERROR] text` on
/// standard error, in red where that is seen. What a script prints goes into files and pipes as it is; on a
/// terminal colours alone pass (harmless_line()).
class console_printer {
 public:
  struct options {
    bool as_json = false; ///< Every line as the API's object, on standard output.
    screen out;
    screen err;
  };

  console_printer(const context& where, const options& how);

  /// @param line {"id","time","node","script","level","text"}, or {"dropped":n}.
  void print(const client::json& line);

  /// False once standard output cannot be written any more.
  bool can_write() const noexcept { return !out_.failure() && !err_.failure(); }
  void flush() { out_.flush(); }

 private:
  options how_;
  output out_;
  output err_;
};

} // namespace remora::cli
