#include <algorithm>

#include "fake_service.hpp"

namespace remora::hub::test {

stored_script* fake_service::find(const std::string& title) {
  const auto at = std::find_if(all_scripts.begin(), all_scripts.end(),
                               [&](const stored_script& one) { return one.title == title; });
  return at == all_scripts.end() ? nullptr : &*at;
}

result<stored_script*> fake_service::find_version(const std::string& title,
                                                  std::optional<std::uint64_t> expected) {
  auto* found = find(title);
  if (expected && *expected != (found ? found->version : 0)) {
    return fail(errc::conflict, "the script \"" + title + "\" has changed");
  }
  return found;
}

result<std::vector<stored_script>> fake_service::scripts() {
  REMORA_FAIL_IF_TOLD();
  return all_scripts;
}

result<stored_script> fake_service::script(const std::string& title) {
  REMORA_FAIL_IF_TOLD();
  if (const auto* found = find(title)) return *found;
  return fail(errc::not_found, "there is no script \"" + title + '"');
}

result<stored_script> fake_service::put_script(const script_change& script,
                                               std::optional<std::uint64_t> expected) {
  REMORA_FAIL_IF_TOLD();
  if (before_put) before_put();
  if (auto sound = check_script({0, script.title, script.title, script.code}); !sound) {
    return pass_on(std::move(sound));
  }
  auto at = find_version(script.title, expected);
  if (!at) return pass_on(std::move(at));
  auto* found = *at;
  ++newest_generation;
  if (!found) {
    all_scripts.push_back(make_script(script.title, script.code, newest_generation));
    all_scripts.back().active = script.active.value_or(true);
    all_scripts.back().file = script.file;
    return all_scripts.back();
  }
  found->code = script.code;
  found->file = script.file;
  found->active = script.active.value_or(found->active);
  found->version = newest_generation;
  return *found;
}

result<stored_script> fake_service::set_active(const std::string& title, bool active,
                                               std::optional<std::uint64_t> expected) {
  REMORA_FAIL_IF_TOLD();
  auto at = find_version(title, expected);
  if (!at) return pass_on(std::move(at));
  if (!*at) return fail(errc::not_found, "there is no script \"" + title + '"');
  (*at)->active = active;
  (*at)->version = ++newest_generation;
  return **at;
}

result<void> fake_service::remove_script(const std::string& title, std::optional<std::uint64_t> expected) {
  REMORA_FAIL_IF_TOLD();
  auto at = find_version(title, expected);
  if (!at) return pass_on(std::move(at));
  if (!*at) return fail(errc::not_found, "there is no script \"" + title + '"');
  all_scripts.erase(all_scripts.begin() + (*at - all_scripts.data()));
  ++newest_generation;
  return {};
}

result<std::vector<script_on_node>> fake_service::script_status(const std::string& title) {
  REMORA_FAIL_IF_TOLD();
  return states[title];
}

result<std::vector<std::pair<std::string, std::vector<script_on_node>>>> fake_service::all_script_status() {
  REMORA_FAIL_IF_TOLD();
  return std::vector<std::pair<std::string, std::vector<script_on_node>>>{states.begin(), states.end()};
}

result<void> fake_service::check_script(const script_source& script) {
  REMORA_FAIL_IF_TOLD();
  last_check = script;
  if (script.code.find("oops") == std::string::npos) return {};
  return fail(errc::invalid_script, script.file + ":3:7: unexpected token");
}

result<std::uint64_t> fake_service::generation() {
  REMORA_FAIL_IF_TOLD();
  return newest_generation;
}

result<value> fake_service::masked_env() {
  REMORA_FAIL_IF_TOLD();
  return env;
}

stored_script make_script(std::string title, std::string code, std::uint64_t version) {
  stored_script script;
  script.index = version;
  script.title = std::move(title);
  script.code = std::move(code);
  script.hash.bytes.fill(0xab);
  script.origin = script_origin::api;
  script.version = version;
  script.created = at_second(1);
  script.changed = at_second(2);
  return script;
}

} // namespace remora::hub::test
