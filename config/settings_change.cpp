#include "config/settings_change.hpp"

#include <algorithm>
#include <string_view>

#include "config/schema.hpp"

namespace remora::config {

namespace {

/// True for "hub.data" in "hub", and for "hub.data" in itself.
bool is_in(std::string_view name, std::string_view section) noexcept {
  return name.substr(0, section.size()) == section &&
         (name.size() == section.size() || name[section.size()] == '.');
}

std::string joined(std::string_view what, const key_list& names) {
  std::string out{what};
  for (const std::string& name : names)
    out += (&name == &names.front() ? "" : ", ") + name;
  return out;
}

} // namespace

bool settings_change::touches(std::string_view key_or_section) const noexcept {
  return std::any_of(at_once.begin(), at_once.end(),
                     [&](const std::string& name) { return is_in(name, key_or_section); });
}

settings_change compare(const settings& running, const settings& loaded, const key_list& without) {
  settings_change out;
  for (const key& k : schema()) {
    const bool skipped = std::any_of(without.begin(), without.end(),
                                     [&](const std::string& section) { return is_in(k.name, section); });
    if (skipped || k.what.same(running, loaded)) continue;
    (k.when == applies::on_reload ? out.at_once : out.at_restart).push_back(k.name);
  }
  return out;
}

void take_over(const settings_change& change, const settings& loaded, settings& running) {
  for (const std::string& name : change.at_once)
    if (const key* k = find_key(name)) k->what.hand_on(loaded, running);
}

std::string describe(const settings_change& change) {
  if (change.empty()) return "nothing changed";
  std::string out;
  if (!change.at_once.empty()) out = joined("changed: ", change.at_once);
  if (!change.at_restart.empty()) {
    if (!out.empty()) out += "; ";
    out += joined("takes effect with a restart: ", change.at_restart);
  }
  return out;
}

} // namespace remora::config
