#include "filter/kfl1/selector.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "filter/body/body.hpp"
#include "filter/tree.hpp"

namespace remora::filter::kfl1 {

using nlohmann::json;

namespace {

/// Both for reading (const json) and for redacting (json).
template <class Json>
using node_set = std::vector<Json*>;

template <class Json>
Json* member_of(Json& object, const std::string& name, bool any_case) {
  return const_cast<Json*>(find_member(object, name, any_case)); // as const as the object is
}

/// Every member of that name below `set`, in the order of the tree.
template <class Json>
node_set<Json> descend(evaluation& e, const node_set<Json>& set, const std::string& name) {
  node_set<Json> found;
  std::unordered_set<const json*> seen;
  node_set<Json> open(set.rbegin(), set.rend());
  node_set<Json> children;
  while (!open.empty()) {
    Json* here = open.back();
    open.pop_back();
    if (!here->is_structured() || !seen.insert(here).second) continue;
    if (!e.spend(1 + here->size())) return {};
    children.clear();
    for (auto child = here->begin(); child != here->end(); ++child)
      children.push_back(&*child);
    if (here->is_object())
      if (Json* member = member_of(*here, name, false)) found.push_back(member);
    open.insert(open.end(), children.rbegin(), children.rend());
  }
  return found;
}

/// One step that stays within a tree.
template <class Json>
node_set<Json> take_step(evaluation& e, const step& s, const node_set<Json>& set) {
  if (s.what == step::kind::descend) return descend(e, set, s.name);
  node_set<Json> found;
  for (Json* here : set) {
    if (!e.spend(1)) return {};
    if (s.what == step::kind::member) {
      if (Json* member = member_of(*here, s.name, s.any_case)) found.push_back(member);
    } else if (s.what == step::kind::index) {
      if (here->is_array() && s.index < here->size()) found.push_back(&(*here)[s.index]);
    } else if (here->is_structured()) {
      if (!e.spend(here->size())) return {};
      for (auto child = here->begin(); child != here->end(); ++child)
        found.push_back(&*child);
    }
  }
  return found;
}

node_set<const json> enter_bodies(evaluation& e, const step& s, const node_set<const json>& set) {
  node_set<const json> found;
  for (const json* here : set) {
    const auto* text = here->get_ptr<const json::string_t*>();
    const json* inside = nullptr;
    if (s.what == step::kind::json) {
      inside = text != nullptr ? e.json_inside(*text) : here->is_structured() ? nullptr : here;
    } else if (text != nullptr) {
      inside = e.xml_inside(*text);
    }
    if (inside != nullptr) found.push_back(inside);
  }
  return found;
}

using step_iterator = std::vector<step>::const_iterator;

bool is_body(const step& s) noexcept { return s.what == step::kind::json || s.what == step::kind::xml; }

class redaction {
 public:
  explicit redaction(evaluation& e) noexcept : e_{e} {}

  /// Returns whether anything was replaced.
  bool run(node_set<json> set, step_iterator at, step_iterator end) {
    const auto body = std::find_if(at, end, is_body);
    for (; at != body; ++at)
      set = take_step(e_, *at, set);
    if (body == end) {
      for (json* here : set)
        e_.redact(*here);
      return !set.empty();
    }
    bool changed = false;
    for (json* here : set)
      changed = redact_body(*here, *body, body + 1, end) || changed;
    return changed;
  }

 private:
  bool redact_body(json& node, const step& how, step_iterator at, step_iterator end) {
    const auto* text = node.get_ptr<const json::string_t*>();
    if (text == nullptr || !e_.spend(16 + text->size() / 16)) return false;
    return how.what == step::kind::json ? redact_json(node, *text, at, end)
                                        : redact_xml(node, *text, at, end);
  }

  bool redact_json(json& node, const std::string& text, step_iterator at, step_iterator end) {
    auto body = read_json_body(text);
    if (!body || !run({&body->tree}, at, end)) return false;
    e_.replace(node, write_json_body(*body));
    return true;
  }

  bool redact_xml(json& node, const std::string& text, step_iterator at, step_iterator end) {
    const auto body = read_xml_body(text);
    if (!body) return false;
    json tree = body->document.tree();
    if (!run({&tree}, at, end)) return false;
    // With the root gone there is nothing to put the text into.
    auto changed = tree.is_object() ? write_xml_body(*body, tree, redacted_text) : std::nullopt;
    e_.replace(node, changed ? *std::move(changed) : std::string{redacted_text});
    return true;
  }

  evaluation& e_;
};

json* find_by_names(json& root, const std::vector<std::string>& names) {
  json* here = &root;
  bool any_case = false;
  for (const std::string& name : names) {
    here = member_of(*here, name, any_case);
    if (here == nullptr) return nullptr;
    any_case = name == "headers";
  }
  return here;
}

struct alias_rule {
  std::vector<std::string> written;
  std::vector<std::string> meant;
};

const std::vector<alias_rule>& alias_rules() {
  static const std::vector<alias_rule> rules = [] {
    std::vector<alias_rule> made{
        {{"request", "query"}, {"request", "queryString"}},
        {{"request", "body"}, {"request", "postData", "text"}},
        {{"response", "body"}, {"response", "content", "text"}},
    };
    for (const char* side : {"src", "dst"})
      for (const char* what : {"pod", "service"})
        for (const char* name : {"name", "namespace"})
          made.push_back({{side, what, name}, {side, what, "metadata", name}});
    return made;
  }();
  return rules;
}

} // namespace

std::vector<std::string> alias_of(const std::vector<std::string>& names) {
  for (const alias_rule& rule : alias_rules()) {
    if (names.size() < rule.written.size() ||
        !std::equal(rule.written.begin(), rule.written.end(), names.begin()))
      continue;
    std::vector<std::string> meant = rule.meant;
    meant.insert(meant.end(), names.begin() + static_cast<std::ptrdiff_t>(rule.written.size()), names.end());
    return meant;
  }
  return {};
}

void walk(evaluation& e, step_iterator first, step_iterator last, std::vector<const json*>& set,
          bool& from_xml) {
  for (; first != last && !set.empty(); ++first) {
    const step& s = *first;
    set = is_body(s) ? enter_bodies(e, s, set) : take_step(e, s, set);
    if (is_body(s)) from_xml = s.what == step::kind::xml;
  }
}

void redact(evaluation& e, const selector& what) {
  json* root = e.alterable();
  if (root == nullptr) return;
  json* from = find_by_names(*root, what.names);
  if (from == nullptr && !what.alias.empty()) from = find_by_names(*root, what.alias);
  if (from != nullptr) redaction{e}.run({from}, what.steps.begin(), what.steps.end());
}

} // namespace remora::filter::kfl1
