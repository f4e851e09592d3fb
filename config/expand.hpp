#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

using environment_map = std::map<std::string, std::string>;
using file_reader = std::function<result<std::string>(const std::string& path)>;

/// Replaces `${NAME}`, `${NAME:-default}` and `${file:/path}` in values, never in keys.
///
/// `$${` stands for a literal `${`; any other `$` is left alone. The default is used when NAME is unset or
/// empty, and ends at the first `}`. A file loses the newline at its end. What was put in is neither expanded
/// again nor parsed as YAML. All that is put in by one expander is at most `max_bytes`.
class expander {
 public:
  static constexpr std::size_t max_bytes = 4u << 20;

  expander(const environment_map& environment, file_reader read_file);

  /// Expands every scalar of a tree but those below `scripting.scripts`: there JavaScript has its own `${`.
  /// Errors (in `problems`): an unset variable without a default, an unreadable file, a `${` that is no
  /// expansion; each at the place of the scalar, and never with the text that was put in.
  /// @param path The dotted name of the key the tree belongs to; empty for the root.
  void expand(node& tree, const std::string& path, report& problems);

  /// One text. Errors: invalid_config.
  result<std::string> expand_text(std::string_view text);

  /// What `${file:path}` stands for. Errors: invalid_config.
  result<std::string> content_of(const std::string& path);

 private:
  result<std::string> look_up(std::string_view expression);
  result<void> count(std::size_t bytes);
  result<std::string> variable(std::string_view expression) const;
  result<std::string> file(const std::string& path) const;

  const environment_map& environment_;
  file_reader read_file_;
  std::size_t put_in_ = 0;
};

} // namespace remora::config
