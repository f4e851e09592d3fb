#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "config/expand.hpp"
#include "config/report.hpp"
#include "config/schema.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// One step into a tree: to a key of a map or to an element of a list.
struct step {
  std::string key;
  std::optional<std::size_t> index; ///< When set, `key` is empty.
};
using steps = std::vector<step>;

/// "a.b[0].c" as steps. Errors: invalid_usage for an empty part, a bad index, or more than 64 steps.
result<steps> parse_path(std::string_view path);

/// The node at the end of the path. What is missing or of another kind on the way is made; an element may be
/// added at the end of a list, not beyond it. Errors: invalid_usage.
result<node*> reach(node& root, const steps& path, const origin& at);

/// The text behind a `=` as a tree. A text that starts with a bracket, a brace or a quote is read as YAML
/// when that is what it is, and else taken literally; everything else is a text, a number or a boolean as it
/// is in YAML, but without comments. A scalar key takes every text literally, unless it is quoted.
node parse_assigned(std::string_view text, shape form, const origin& at);

/// A value on its way to its place in the tree.
struct assignment {
  std::string name;    ///< The dotted name of the key or section.
  const key* target;   ///< The key it is, or is below of; null for a section.
  steps path;          ///< Where it goes.
  bool whole = true;   ///< It is all of the key, not something below it.
  bool append = false; ///< Adds to the list that is there, instead of replacing it.
  std::string_view text;
  origin at;
};

/// Parses, expands and stores the value. What goes wrong is in `problems`.
void assign(node& root, const assignment& a, expander& expansions, report& problems);

} // namespace remora::config
