#include "config/scripts/script_set.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/nearest_names.hpp"
#include "base/utf8.hpp"
#include "config/scripts/script_collector.hpp"

namespace remora::config {

namespace {

bool names_script(const std::string& entry, const script_source& script) {
  const std::string_view file = base_name(script.file);
  return entry == script.title || entry == file ||
         (ends_in_js(file) && entry == file.substr(0, file.size() - 3));
}

std::string nothing_matches(const std::string& entry, const std::vector<script_source>& scripts) {
  std::vector<std::string_view> titles;
  titles.reserve(scripts.size());
  for (const script_source& script : scripts)
    titles.emplace_back(script.title);
  return "scripting.active names " + remora::quoted(entry) + ", but no script has that title or file name" +
         did_you_mean(entry, titles);
}

} // namespace

script_set read_scripts(const std::vector<std::string>& paths) {
  script_collector all;
  for (const std::string& path : paths)
    all.add_path(path);
  return all.take();
}

script_set configured_scripts(const scripting_settings& scripting) {
  script_collector all;
  all.add_configured(scripting);
  return all.take();
}

std::vector<std::string> script_paths(const scripting_settings& scripting) {
  std::vector<std::string> paths;
  if (!scripting.source.empty()) paths.push_back(scripting.source);
  paths.insert(paths.end(), scripting.sources.begin(), scripting.sources.end());
  return paths;
}

bool is_active(const std::vector<std::string>& active, const script_source& script) {
  return active.empty() || std::any_of(active.begin(), active.end(),
                                       [&](const std::string& entry) { return names_script(entry, script); });
}

std::vector<std::string> unmatched_active(const std::vector<std::string>& active,
                                          const std::vector<script_source>& scripts) {
  std::vector<std::string> warnings;
  for (const std::string& entry : active)
    if (std::none_of(scripts.begin(), scripts.end(),
                     [&](const script_source& script) { return names_script(entry, script); }))
      warnings.push_back(nothing_matches(entry, scripts));
  return warnings;
}

void keep_active(script_set& set, const std::vector<std::string>& active) {
  if (active.empty()) return;
  for (std::string& warning : unmatched_active(active, set.scripts))
    set.warnings.push_back(std::move(warning));
  set.scripts.erase(std::remove_if(set.scripts.begin(), set.scripts.end(),
                                   [&](const script_source& script) { return !is_active(active, script); }),
                    set.scripts.end());
  for (std::size_t i = 0; i < set.scripts.size(); ++i)
    set.scripts[i].index = i;
}

} // namespace remora::config
