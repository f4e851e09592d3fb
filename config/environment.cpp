// The REMORA_... variables; see overrides.hpp.

#include <algorithm>
#include <memory>
#include <utility>

#include "base/nearest_names.hpp"
#include "base/utf8.hpp"
#include "config/assign.hpp"
#include "config/overrides.hpp"
#include "config/yaml_reader.hpp"

namespace remora::config {

namespace {

constexpr std::string_view prefix = "REMORA_";

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// "watchScripts" and "WATCH_SCRIPTS" as "WATCHSCRIPTS".
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '_') out += upper(c);
  return out;
}

/// The variable that stands for a key: REMORA_HUB__HTTP__LISTEN.
std::string variable_of(std::string_view key_name) {
  std::string out{prefix};
  for (const char c : key_name) {
    if (c == '.')
      out += "__";
    else
      out += upper(c);
  }
  return out;
}

std::vector<std::string> split_at_double_underscores(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t end = text.find("__"); end != std::string_view::npos; end = text.find("__")) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 2);
  }
  parts.emplace_back(text);
  return parts;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// What Kubernetes puts into every container for a service called remora or remora-something.
bool is_service_link(std::string_view name) {
  if (name.find("__") != std::string_view::npos) return false;
  if (ends_with(name, "_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string_view::npos) return true;
  const std::size_t port = name.find("_PORT");
  if (port == std::string_view::npos) return false;
  const std::string_view rest = name.substr(port + 5);
  return rest.empty() || (rest.size() > 1 && rest[0] == '_' && rest[1] >= '0' && rest[1] <= '9');
}

/// The parts after a key: an index of a list, names below a map. False when they lead nowhere.
bool add_below(const std::vector<std::string>& parts, std::size_t first, assignment& out) {
  const shape form = out.target->what.form;
  for (std::size_t i = first; i < parts.size(); ++i) {
    if (form == shape::scalar || i >= yaml_limits::depth) return false;
    if (form == shape::list && i == first) {
      const auto way = parse_path("x[" + parts[i] + "]");
      if (!way || way->size() != 2) return false;
      out.path.push_back(way->back());
    } else {
      out.path.push_back({parts[i], std::nullopt});
    }
  }
  return true;
}

/// Follows the parts down the schema. False when they lead nowhere.
bool resolve(const std::vector<std::string>& parts, assignment& out) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& names = names_below(out.name);
    const auto match = std::find_if(names.begin(), names.end(),
                                    [&](const auto& n) { return folded(n) == folded(parts[i]); });
    if (match == names.end()) return false;
    out.name = join_path(out.name, *match);
    out.path.push_back({*match, std::nullopt});
    out.target = find_key(out.name);
    if (out.target == nullptr) continue;
    out.whole = i + 1 == parts.size();
    return add_below(parts, i + 1, out);
  }
  return true; // a section
}

std::string unknown_variable(const std::string& name) {
  std::vector<std::string> known;
  for (const key& k : schema())
    known.push_back(variable_of(k.name));
  const auto nearest = nearest_names(name, {known.begin(), known.end()}, 1);
  std::string message = "no setting has this name";
  if (!nearest.empty()) message += "; did you mean " + std::string{nearest.front()} + "?";
  return message;
}

} // namespace

void apply_environment(node& root, const environment_map& environment, expander& expansions,
                       report& problems) {
  for (const auto& [name, text] : environment) {
    if (name.compare(0, prefix.size(), prefix) != 0) continue;
    if (name == "REMORA_HUB" || name == "REMORA_TOKEN" || is_service_link(name)) continue;
    assignment a;
    a.at = {std::make_shared<const std::string>(harmless(name, 120)), 0, 0};
    a.text = text;
    if (!resolve(split_at_double_underscores(std::string_view{name}.substr(prefix.size())), a))
      problems.add(a.at, unknown_variable(name));
    else if (find_invalid_utf8(text))
      problems.add(a.at, "this is no UTF-8 text");
    else
      assign(root, a, expansions, problems);
  }
}

} // namespace remora::config
