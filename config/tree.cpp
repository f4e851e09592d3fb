#include "config/tree.hpp"

#include <unordered_map>
#include <utility>

#include "base/utf8.hpp"

namespace remora::config {

std::string to_string(const origin& at) {
  std::string out = at.source ? *at.source : std::string{"configuration"};
  if (at.line > 0) out += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  return out;
}

std::string_view to_string(node_kind kind) noexcept {
  switch (kind) {
    case node_kind::null:
      return "nothing";
    case node_kind::scalar:
      return "a single value";
    case node_kind::list:
      return "a list";
    case node_kind::map:
      return "a map";
  }
  return "nothing";
}

const node* node::find(std::string_view key) const noexcept {
  for (const entry& e : entries)
    if (e.key == key) return &e.content;
  return nullptr;
}

node* node::find(std::string_view key) noexcept {
  for (entry& e : entries)
    if (e.key == key) return &e.content;
  return nullptr;
}

void merge(node& base, node over, const std::string& path) {
  if (base.kind != node_kind::map || over.kind != node_kind::map) {
    const bool null_is_a_value = path.rfind("scripting.env.", 0) == 0;
    if (over.kind != node_kind::null || null_is_a_value) base = std::move(over);
    return;
  }
  // An index: two maps of 100,000 entries each must not take their product. The keys are views of entries
  // that stay where they are, because room for all of them is made first.
  base.entries.reserve(base.entries.size() + over.entries.size());
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < base.entries.size(); ++i)
    index.emplace(base.entries[i].key, i);
  for (entry& e : over.entries) {
    const auto known = index.find(e.key);
    if (known == index.end()) {
      base.entries.push_back(std::move(e));
      index.emplace(base.entries.back().key, base.entries.size() - 1);
    } else {
      merge(base.entries[known->second].content, std::move(e.content), join_path(path, e.key));
    }
  }
}

std::string join_path(std::string_view parent, std::string_view key) {
  std::string out{parent};
  if (!out.empty()) out += '.';
  out += key;
  return out;
}

std::string harmless(std::string_view text, std::size_t max_bytes) {
  const std::string safe = quoted(text, max_bytes);
  return safe.substr(1, safe.size() - 2);
}

std::string in_ticks(std::string_view text, std::size_t max_bytes) {
  return '`' + harmless(text, max_bytes) + '`';
}

} // namespace remora::config
