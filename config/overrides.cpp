#include "config/overrides.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/utf8.hpp"
#include "config/assign.hpp"
#include "config/legacy.hpp"

namespace remora::config {

namespace {

/// The key of the schema that a path is or is below of. Null for a section and for what is unknown.
const key* target_of(std::string_view path) {
  for (std::size_t end = path.size();;) {
    if (const key* found = find_key(path.substr(0, end))) return found;
    end = end == 0 ? std::string_view::npos : path.find_last_of(".[", end - 1);
    if (end == std::string_view::npos) return nullptr;
  }
}

/// What messages call it. Only the value of a known key that is not secret is repeated.
origin label_of(std::string_view path, std::string_view text, const key* target) {
  std::string label = "--set " + harmless(path);
  const bool open = target != nullptr && !target->what.secret && target->what.form != shape::titled;
  if (open)
    label += "=" + harmless(text);
  else if (target != nullptr)
    label += "=***";
  return {std::make_shared<const std::string>(std::move(label)), 0, 0};
}

result<steps> steps_of(const std::string& path, const key* target) {
  if (target != nullptr && target->what.form == shape::titled && path.size() > target->name.size() + 1) {
    auto out = parse_path(target->name);
    if (out) out->push_back({path.substr(target->name.size() + 1), std::nullopt});
    return out;
  }
  return parse_path(path);
}

} // namespace

void apply_set(node& root, const std::vector<std::string>& assignments, expander& expansions,
               report& problems) {
  std::set<std::string> lists_named;
  for (const std::string& text : assignments) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      // Without the text: a secret may stand where the key should.
      problems.add({std::make_shared<const std::string>("--set"), 0, 0}, "expected key.path=value");
      continue;
    }
    std::string path = text.substr(0, equals);
    const std::string_view value_text = std::string_view{text}.substr(equals + 1);
    path = rename_legacy_path(path, label_of(path, value_text, nullptr), problems);
    const key* target = target_of(path);
    const origin at = label_of(path, value_text, target);
    if (find_invalid_utf8(text)) {
      problems.add(at, "this is no UTF-8 text");
      continue;
    }
    auto way = steps_of(path, target);
    if (!way) {
      problems.add(at, way.error().message);
    } else if (target == nullptr && !is_section(path)) {
      problems.add(at, unknown_key(path));
    } else {
      const bool whole = target == nullptr || target->name == path;
      const bool again =
          whole && target != nullptr && target->what.form == shape::list && !lists_named.insert(path).second;
      assign(root, {path, target, *std::move(way), whole, again, value_text, at}, expansions, problems);
    }
  }
}

} // namespace remora::config
