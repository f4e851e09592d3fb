#include "hub/scripts/configured_scripts.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "base/value.hpp"

namespace remora::hub {

namespace {

constexpr std::string_view fact_of_active = "scripting.active";

std::string as_json(const config::text_list& titles) {
  value::list all;
  for (const auto& title : titles)
    all.emplace_back(title);
  return to_json(value{std::move(all)});
}

/// Whether `scripting.active` is another list than when scripts were last taken over.
result<bool> is_new_list(stores& in, const config::text_list& active) {
  auto known = in.facts.find(fact_of_active);
  if (!known) return pass_on(std::move(known));
  const auto now = as_json(active);
  if (*known == now) return false;
  if (auto done = in.facts.set(fact_of_active, now); !done) return pass_on(std::move(done));
  return true;
}

bool is_inline(const script_source& script, const config::scripting_settings& scripting) {
  return script.file == script.title &&
         std::any_of(scripting.scripts.begin(), scripting.scripts.end(),
                     [&](const config::inline_script& one) { return one.title == script.title; });
}

result<std::set<std::string>> known_titles(stores& in) {
  auto all = in.scripts.list();
  if (!all) return pass_on(std::move(all));
  std::set<std::string> titles;
  for (auto& script : *all)
    titles.insert(std::move(script.title));
  return titles;
}

void tell_taken_over(const script_set_change& change, script_origin by) {
  for (const auto& title : change.taken_over) {
    log::warn("script-taken-over", "title=", title, " by=", to_string(by),
              " what=a script of this title that came from elsewhere was replaced");
  }
}

} // namespace

result<configured_change> take_over_configured(stores& in, const config::script_set& read,
                                               const config::scripting_settings& scripting, timestamp now) {
  auto choose_anew = is_new_list(in, scripting.active);
  if (!choose_anew) return pass_on(std::move(choose_anew));
  auto known = known_titles(in);
  if (!known) return pass_on(std::move(known));

  std::vector<script_change> files;
  std::vector<script_change> inlined;
  for (const auto& script : read.scripts) {
    const bool in_config = is_inline(script, scripting);
    script_change change{script.title, script.code, in_config ? std::string{} : script.file, {}};
    if (*choose_anew || known->count(script.title) == 0)
      change.active = config::is_active(scripting.active, script);
    (in_config ? inlined : files).push_back(std::move(change));
  }

  configured_change all;
  auto from_files = in.scripts.replace_origin(script_origin::file, files, now);
  if (!from_files) return pass_on(std::move(from_files));
  all.files = std::move(*from_files);
  auto from_config = in.scripts.replace_origin(script_origin::in_config, inlined, now);
  if (!from_config) return pass_on(std::move(from_config));
  all.in_config = std::move(*from_config);
  tell_taken_over(all.files, script_origin::file);
  tell_taken_over(all.in_config, script_origin::in_config);
  return all;
}

} // namespace remora::hub
