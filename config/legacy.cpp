#include "config/legacy.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace remora::config {

namespace {

constexpr std::string_view moved = "`tap.scripting` is an old name; write `scripting`";
constexpr std::string_view renamed = "`scripting.consts` is an old name; write `scripting.env`";

constexpr std::string_view macros_moved = "`tap.customMacros` is an old name; write `filter.macros`";
constexpr std::string_view macros_not_read =
    "`tap.customMacros` is an old name and not read, because `filter.macros` is there";

/// Takes an entry out of a map.
entry take(node& map, std::string_view name) {
  const auto found =
      std::find_if(map.entries.begin(), map.entries.end(), [&](const entry& e) { return e.key == name; });
  entry taken = std::move(*found);
  map.entries.erase(found);
  return taken;
}

void move_tap_scripting(node& root, report& problems) {
  node* tap = root.find("tap");
  if (tap == nullptr || tap->find("scripting") == nullptr) return;
  entry old = take(*tap, "scripting");
  problems.warn(old.key_at, std::string{moved});
  if (tap->entries.empty()) take(root, "tap");
  if (node* current = root.find("scripting")) {
    merge(old.content, std::move(*current), "scripting");
    *current = std::move(old.content);
  } else {
    root.entries.push_back(std::move(old));
  }
}

void move_custom_macros(node& root, report& problems) {
  node* tap = root.find("tap");
  if (tap == nullptr || tap->find("customMacros") == nullptr) return;
  entry old = take(*tap, "customMacros");
  if (tap->entries.empty()) take(root, "tap");
  node* filter = root.find("filter");
  const bool is_new = filter == nullptr || filter->find("macros") == nullptr;
  problems.warn(old.key_at, std::string{is_new ? macros_moved : macros_not_read});
  if (!is_new) return;
  old.key = "macros";
  if (filter == nullptr) {
    root.entries.push_back({"filter", old.key_at, {}});
    filter = &root.entries.back().content;
    filter->at = old.key_at;
  }
  if (filter->kind == node_kind::null) filter->kind = node_kind::map;
  filter->entries.push_back(std::move(old));
}

void rename_consts(node& scripting, report& problems) {
  if (scripting.find("consts") == nullptr) return;
  entry old = take(scripting, "consts");
  if (scripting.find("env") != nullptr) {
    problems.warn(old.key_at,
                  "`scripting.consts` is an old name and not read, because `scripting.env` is there");
    return;
  }
  problems.warn(old.key_at, std::string{renamed});
  old.key = "env";
  scripting.entries.push_back(std::move(old));
}

bool starts_with(const std::string& text, std::string_view with) {
  return text.compare(0, with.size(), with) == 0;
}

} // namespace

void rename_legacy_keys(node& root, report& problems) {
  move_tap_scripting(root, problems);
  move_custom_macros(root, problems);
  if (node* scripting = root.find("scripting")) rename_consts(*scripting, problems);
}

std::string rename_legacy_path(std::string path, const origin& at, report& problems) {
  constexpr std::string_view tap = "tap.";
  if (starts_with(path, "tap.scripting.")) {
    problems.warn(at, std::string{moved});
    path.erase(0, tap.size());
  }
  constexpr std::string_view macros = "tap.customMacros";
  if (starts_with(path, std::string{macros} + ".") || path == macros) {
    problems.warn(at, std::string{macros_moved});
    path.replace(0, macros.size(), "filter.macros");
  }
  constexpr std::string_view consts = "scripting.consts";
  if (starts_with(path, std::string{consts} + ".") || path == consts) {
    problems.warn(at, std::string{renamed});
    path.replace(0, consts.size(), "scripting.env");
  }
  return path;
}

} // namespace remora::config
