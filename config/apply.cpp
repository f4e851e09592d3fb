#include "config/apply.hpp"

#include "config/schema.hpp"

namespace remora::config {

namespace {

std::string expected_section(const std::string& path) {
  std::string message = in_ticks(path) + ": expected a map with the keys";
  char separator = ' ';
  for (const std::string& name : names_below(path)) {
    message += separator;
    if (separator == ',') message += ' ';
    message += name;
    separator = ',';
  }
  return message;
}

void walk(const node& section, const std::string& path, settings& out, origin_map& set_at, report& problems) {
  for (const entry& e : section.entries) {
    if (problems.full()) return; // thousands of suggestions that nobody sees would take long
    const std::string name = join_path(path, e.key);
    const bool dotted = e.key.find('.') != std::string::npos;
    const key* known = dotted ? nullptr : find_key(name);
    const bool is_empty = e.content.kind == node_kind::null;
    if (known != nullptr && !is_empty) {
      known->what.read({e.content, known->name, known->what.secret, problems}, out);
      set_at.insert_or_assign(known->name, e.content.at);
    } else if (dotted && (find_key(name) != nullptr || is_section(name))) {
      problems.add(e.key_at,
                   "write each part of " + in_ticks(name) + " on a line of its own, the next one indented");
    } else if (!dotted && is_section(name) && !is_empty) {
      if (e.content.kind == node_kind::map)
        walk(e.content, name, out, set_at, problems);
      else
        problems.add(e.content.at, expected_section(name));
    } else if (known == nullptr && (dotted || !is_section(name))) {
      problems.add(e.key_at, unknown_key(name));
    }
  }
}

} // namespace

void apply(const node& root, settings& out, origin_map& set_at, report& problems) {
  walk(root, {}, out, set_at, problems);
}

} // namespace remora::config
