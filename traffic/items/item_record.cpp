#include "traffic/items/item_record.hpp"

#include <utility>

#include "traffic/items/tree_writer.hpp"

namespace remora::traffic {

namespace {

constexpr std::string_view headers = "headers";

const member* find_member(shaped part, std::string_view name) noexcept {
  for (const member& one : *part.of)
    if (one.name == name) return one.is_there == nullptr || one.is_there(part.at) ? &one : nullptr;
  return nullptr;
}

bool is_same_header(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

const nlohmann::json* child_of(const nlohmann::json& tree, const std::string& name, bool any_case) {
  if (!tree.is_object()) return nullptr;
  if (const auto found = tree.find(name); found != tree.end()) return &*found;
  for (auto at = tree.begin(); any_case && at != tree.end(); ++at)
    if (is_same_header(at.key(), name)) return &*at;
  return nullptr;
}

filter::field field_of(const nlohmann::json& one) {
  if (one.is_null()) return nullptr;
  if (one.is_boolean()) return one.get<bool>();
  if (one.is_number_integer()) return one.get<std::int64_t>();
  if (one.is_string()) return std::string_view{one.get_ref<const std::string&>()};
  return &one;
}

} // namespace

filter::field item_record::at(const filter::path& p) {
  shaped part = root_;
  const std::vector<std::string>& names = p.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const member* const found = find_member(part, names[i]);
    if (found == nullptr) return filter::absent{};
    if (const auto known = known_.find({part.at, found}); known != known_.end())
      return in_tree(*known->second, names, i + 1);
    tree_writer writer{false};
    found->write(part.at, writer);
    auto value = writer.take();
    if (const auto* const inner = std::get_if<shaped>(&value)) {
      part = *inner;
      continue;
    }
    if (auto* const tree = std::get_if<nlohmann::json>(&value)) {
      trees_.push_back(std::make_unique<nlohmann::json>(std::move(*tree)));
      known_.emplace(std::pair{part.at, found}, trees_.back().get());
      return in_tree(*trees_.back(), names, i + 1);
    }
    if (i + 1 < names.size()) return filter::absent{}; // a scalar has no members
    if (auto* const text = std::get_if<std::string>(&value)) {
      texts_.push_back(std::move(*text));
      return std::string_view{texts_.back()};
    }
    if (const auto* const flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* const number = std::get_if<std::int64_t>(&value)) return *number;
    return nullptr;
  }
  trees_.push_back(std::make_unique<nlohmann::json>(to_tree(part)));
  return trees_.back().get();
}

filter::field item_record::in_tree(const nlohmann::json& tree, const std::vector<std::string>& names,
                                   std::size_t next) {
  const nlohmann::json* at = &tree;
  for (; next < names.size(); ++next) {
    at = child_of(*at, names[next], names[next - 1] == headers);
    if (at == nullptr) return filter::absent{};
  }
  return field_of(*at);
}

const nlohmann::json& item_record::whole() {
  if (!whole_) whole_ = std::make_unique<nlohmann::json>(to_tree(root_));
  return *whole_;
}

nlohmann::json to_tree(shaped what) {
  tree_writer writer{true};
  writer.part(what);
  return std::get<nlohmann::json>(writer.take());
}

} // namespace remora::traffic
