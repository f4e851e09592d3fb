#include "config/assign.hpp"

#include <charconv>
#include <system_error>
#include <utility>

#include "config/yaml_reader.hpp"

namespace remora::config {

namespace {

/// Takes "[12]" off the front.
result<std::size_t> take_index(std::string_view& path) {
  const std::size_t end = path.find(']');
  const std::string_view digits = path.substr(1, end == std::string_view::npos ? end : end - 1);
  std::size_t index = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size();
  if (end == std::string_view::npos || !whole)
    return fail(errc::invalid_usage, "an element of a list is written key[0], key[1], ...");
  path.remove_prefix(end + 1);
  return index;
}

/// Everything now comes from `at`: positions inside the little text would only confuse.
void relabel(node& tree, const origin& at) {
  tree.at = at;
  for (node& item : tree.items)
    relabel(item, at);
  for (entry& e : tree.entries) {
    e.key_at = at;
    relabel(e.content, at);
  }
}

node text_node(std::string_view text, bool quoted, const origin& at) {
  node n;
  n.kind = node_kind::scalar;
  n.text = text;
  n.quoted = quoted;
  n.at = at;
  return n;
}

void become(node& n, node_kind kind, const origin& at) {
  if (n.kind == kind) return;
  n = node{};
  n.kind = kind;
  n.at = at;
}

/// A single value for a list is a list of one; an empty text is an empty list.
node as_list(node content) {
  if (content.kind == node_kind::list) return content;
  node list;
  list.kind = node_kind::list;
  list.at = content.at;
  if (content.kind != node_kind::scalar || !content.text.empty()) list.items.push_back(std::move(content));
  return list;
}

shape form_of(const assignment& a) {
  if (a.target == nullptr) return shape::tree;
  const shape form = a.target->what.form;
  return form == shape::titled && a.whole ? shape::tree : form;
}

} // namespace

result<steps> parse_path(std::string_view path) {
  steps out;
  while (true) {
    const std::size_t end = path.find_first_of(".[");
    const std::string_view name = path.substr(0, end);
    if (name.empty()) return fail(errc::invalid_usage, "a part of the key is empty");
    out.push_back({std::string{name}, std::nullopt});
    path.remove_prefix(name.size());
    while (!path.empty() && path.front() == '[') {
      const auto index = take_index(path);
      if (!index) return tl::unexpected<error>(index.error());
      out.push_back({{}, *index});
    }
    if (out.size() > yaml_limits::depth) return fail(errc::invalid_usage, "the key has more than 64 parts");
    if (path.empty()) return out;
    if (path.front() != '.') return fail(errc::invalid_usage, "after a `]` comes a `.` or a `[`");
    path.remove_prefix(1);
  }
}

result<node*> reach(node& root, const steps& path, const origin& at) {
  node* here = &root;
  for (const step& s : path) {
    if (s.index) {
      become(*here, node_kind::list, at);
      const std::size_t size = here->items.size();
      if (*s.index > size)
        return fail(errc::invalid_usage, "the list has " + std::to_string(size) +
                                             " elements, the next one is [" + std::to_string(size) + "]");
      if (*s.index == size) here->items.emplace_back();
      here = &here->items[*s.index];
    } else {
      become(*here, node_kind::map, at);
      node* next = here->find(s.key);
      if (next == nullptr) {
        here->entries.push_back({s.key, at, {}});
        next = &here->entries.back().content;
      }
      here = next;
    }
  }
  return here;
}

node parse_assigned(std::string_view text, shape form, const origin& at) {
  const char first = text.empty() ? '\0' : text.front();
  const bool is_quoted = first == '"' || first == '\'';
  const bool may_be_yaml = is_quoted || (form != shape::scalar && (first == '[' || first == '{'));
  if (form == shape::titled || !may_be_yaml) return text_node(text, text.empty(), at);
  // Below a key, so that a text of two documents or of a map without braces is not taken for YAML.
  report problems;
  node tree = read_yaml("[" + std::string{text} + "\n]", "", problems);
  if (!problems.ok() || tree.items.size() != 1) return text_node(text, true, at);
  node parsed = std::move(tree.items.front());
  if (is_quoted && parsed.kind != node_kind::scalar) return text_node(text, true, at);
  relabel(parsed, at);
  return parsed;
}

void assign(node& root, const assignment& a, expander& expansions, report& problems) {
  const shape form = form_of(a);
  node content = parse_assigned(a.text, form, a.at);
  expansions.expand(content, a.target == nullptr ? a.name : a.target->name, problems);
  if (form == shape::list && a.whole) content = as_list(std::move(content));
  const auto place = reach(root, a.path, a.at);
  if (!place) return problems.add(a.at, place.error().message);
  node& there = **place;
  if (a.append && there.kind == node_kind::list) {
    for (node& item : content.items)
      there.items.push_back(std::move(item));
  } else if (a.target == nullptr) {
    merge(there, std::move(content), a.name); // a section: what is not named in it stays
  } else {
    there = std::move(content);
  }
}

} // namespace remora::config
