// Finding keys of the schema by name, and the name that was meant.

#include <cstddef>
#include <map>
#include <utility>

#include "base/nearest_names.hpp"
#include "config/schema.hpp"

namespace remora::config {

namespace {

struct index {
  std::map<std::string, const key*, std::less<>> keys;
  std::map<std::string, std::vector<std::string>, std::less<>> sections;
};

/// Puts a name below its section, and that below its own, up to the root.
void add_below(index& all, const std::string& name) {
  const std::size_t dot = name.rfind('.');
  const std::string section = dot == std::string::npos ? "" : name.substr(0, dot);
  const std::string last = dot == std::string::npos ? name : name.substr(dot + 1);
  const bool is_new = all.sections.find(section) == all.sections.end();
  auto& names = all.sections[section];
  for (const std::string& known : names)
    if (known == last) return;
  names.push_back(last);
  if (is_new && !section.empty()) add_below(all, section);
}

const index& by_name() {
  static const index all = [] {
    index made;
    for (const key& k : schema()) {
      made.keys.emplace(k.name, &k);
      add_below(made, k.name);
    }
    return made;
  }();
  return all;
}

std::vector<std::string_view> candidates(std::string_view section) {
  const auto& names = names_below(section);
  return {names.begin(), names.end()};
}

/// The key that ends in the same word, when there is only one: `scripting.turn` is `scripting.limits.turn`.
std::string same_last_word(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1); // npos + 1 is 0
  std::string found;
  for (const key& k : schema()) {
    if (k.name.substr(k.name.rfind('.') + 1) != last) continue;
    if (!found.empty()) return {};
    found = k.name;
  }
  return found;
}

/// The nearest real name: the path is followed as far as it is right, then the next word is corrected.
std::string nearest_key(std::string_view name) {
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = name.find('.', start);
    const std::string_view section = name.substr(0, start == 0 ? 0 : start - 1);
    const std::string_view word = name.substr(start, dot == std::string_view::npos ? dot : dot - start);
    if (dot == std::string_view::npos || !is_section(name.substr(0, dot))) {
      const auto nearest = nearest_names(word, candidates(section), 1);
      return nearest.empty() ? same_last_word(name) : join_path(section, nearest.front());
    }
    start = dot + 1;
  }
}

} // namespace

const key* find_key(std::string_view name) {
  const auto found = by_name().keys.find(name);
  return found == by_name().keys.end() ? nullptr : found->second;
}

bool is_section(std::string_view name) { return by_name().sections.count(name) > 0; }

const std::vector<std::string>& names_below(std::string_view section) {
  static const std::vector<std::string> none;
  const auto found = by_name().sections.find(section);
  return found == by_name().sections.end() ? none : found->second;
}

std::string unknown_key(std::string_view name) {
  std::string message = "unknown key " + in_ticks(name);
  const std::string nearest = nearest_key(name);
  if (!nearest.empty()) message += "; did you mean `" + nearest + "`?";
  return message;
}

} // namespace remora::config
