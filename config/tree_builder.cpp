#include "config/tree_builder.hpp"

#include <utility>

#include "config/yaml_reader.hpp"

namespace remora::config {

tree_builder::tree_builder(std::shared_ptr<const std::string> source, report& problems)
    : source_(std::move(source)), problems_(problems) {}

origin tree_builder::position(const YAML::Mark& mark) const {
  return {source_, static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

void tree_builder::stop(const origin& at, const std::string& why) {
  problems_.add(at, why);
  throw stop_reading{};
}

void tree_builder::OnDocumentStart(const YAML::Mark& mark) {
  ++events_;
  if (++documents_ > 1)
    stop(position(mark), "text after the end of the document; a configuration file is one YAML document");
}

node tree_builder::start(node_kind kind, const YAML::Mark& mark, const std::string& tag,
                         YAML::anchor_t anchor) {
  if (++events_ > yaml_limits::nodes) stop(position(mark), "more than 100,000 values");
  node started;
  started.kind = kind;
  started.at = position(mark);
  last_line_ = started.at.line;
  if (anchor != YAML::NullAnchor)
    problems_.add(started.at, "anchors (`&name`) are not supported; quote a text that starts with `&`");
  // The parser says "?" for what has no tag, and "!" for what has none but quotes.
  const bool plain = tag.empty() || tag == "?" || tag == "!";
  const bool own_kind = (kind == node_kind::scalar && tag == "tag:yaml.org,2002:str") ||
                        (kind == node_kind::list && tag == "tag:yaml.org,2002:seq") ||
                        (kind == node_kind::map && tag == "tag:yaml.org,2002:map");
  if (!plain && !own_kind)
    problems_.add(started.at, "tags are not supported, except `!!str`; quote a text that starts with `!`");
  started.quoted = kind == node_kind::scalar && tag != "?";
  return started;
}

void tree_builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  place(start(node_kind::null, mark, "?", anchor));
}

void tree_builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  problems_.add(position(mark), "aliases (`*name`) are not supported; quote a text that starts with `*`");
  place(start(node_kind::null, mark, "?", YAML::NullAnchor));
}

void tree_builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            const std::string& text) {
  node scalar = start(node_kind::scalar, mark, tag, anchor);
  scalar.text = text;
  place(std::move(scalar));
}

void tree_builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                   YAML::EmitterStyle::value) {
  open(start(node_kind::list, mark, tag, anchor));
}

void tree_builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value) {
  open(start(node_kind::map, mark, tag, anchor));
}

void tree_builder::open(node container) {
  if (open_.size() >= yaml_limits::depth) stop(container.at, "nested more than 64 deep");
  if (!open_.empty() && open_.back().content.kind == node_kind::map && !open_.back().key)
    stop(container.at, "a key has to be a text, this is " + std::string{to_string(container.kind)} +
                           "; a text that contains [ ] { } needs quotes");
  open_.push_back({std::move(container), std::nullopt, false, {}});
}

void tree_builder::close() {
  ++events_;
  node finished = std::move(open_.back().content);
  open_.pop_back();
  place(std::move(finished));
}

void tree_builder::place(node finished) {
  if (open_.empty()) {
    root_ = std::move(finished);
    return;
  }
  open_container& parent = open_.back();
  if (parent.content.kind == node_kind::list) {
    parent.content.items.push_back(std::move(finished));
  } else if (!parent.key) {
    take_key(std::move(finished));
  } else {
    parent.key->content = std::move(finished);
    if (!parent.duplicate) parent.content.entries.push_back(std::move(*parent.key));
    parent.key.reset();
  }
}

void tree_builder::take_key(node key) {
  open_container& parent = open_.back();
  if (key.kind != node_kind::scalar)
    problems_.add(key.at, "a key is missing; one that is called null or ~ needs quotes");
  parent.duplicate = !parent.keys.insert(key.text).second;
  if (parent.duplicate) problems_.add(key.at, "the key " + in_ticks(key.text) + " is there twice");
  node nothing;
  nothing.at = key.at;
  parent.key = entry{std::move(key.text), std::move(key.at), std::move(nothing)};
}

node tree_builder::take_root() {
  while (!open_.empty()) {
    open_.back().key.reset(); // its value never came
    node unfinished = std::move(open_.back().content);
    open_.pop_back();
    place(std::move(unfinished));
  }
  return std::move(root_);
}

} // namespace remora::config
