// Settings for people to read: the masked dump and the table of the documentation.

#include <cstddef>

#include "config/load.hpp"
#include "config/schema.hpp"

namespace remora::config {

namespace {

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', start)) {
    parts.push_back(name.substr(start, dot - start));
    start = dot + 1;
  }
  parts.push_back(name.substr(start));
  return parts;
}

std::string section_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

/// A default in a Markdown table.
std::string default_text(const value& v) {
  const std::string* text = v.text();
  return "`" + (text != nullptr && !text->empty() ? *text : to_json(v)) + "`";
}

} // namespace

std::string dump_masked(const settings& all) {
  std::string out;
  std::vector<std::string> open;
  for (const key& k : schema()) {
    const auto parts = parts_of(k.name);
    std::size_t same = 0;
    while (same < open.size() && same + 1 < parts.size() && open[same] == parts[same])
      ++same;
    open.resize(same);
    for (; open.size() + 1 < parts.size(); open.push_back(parts[open.size()]))
      out += std::string(2 * open.size(), ' ') + parts[open.size()] + ":\n";
    out += std::string(2 * open.size(), ' ') + parts.back() + ": " + to_json(k.what.show(all)) + "\n";
  }
  return out;
}

std::string reference_table() {
  const settings defaults;
  std::string out;
  std::string section = "none yet";
  for (const key& k : schema()) {
    if (section_of(k.name) != section) {
      section = section_of(k.name);
      out += "\n### " + (section.empty() ? "Top level" : "`" + section + "`") + "\n\n";
      out += "| Key | Type | Default | Meaning | A change needs |\n|---|---|---|---|---|\n";
    }
    out += "| `" + k.name + "` | " + k.what.type + (k.what.secret ? " (secret)" : "") + " | " +
           default_text(k.what.show(defaults)) + " | " + k.meaning + " | " +
           (k.when == applies::on_reload ? "reload" : "restart") + " |\n";
  }
  return out;
}

} // namespace remora::config
