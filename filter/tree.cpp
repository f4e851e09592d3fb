#include "filter/tree.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace remora::filter {

using nlohmann::json;

namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

} // namespace

bool equal_in_any_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

const json* find_member(const json& object, std::string_view name, bool any_case) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  if (found != object.end()) return &*found;
  if (!any_case) return nullptr;
  for (const auto& member : object.items())
    if (equal_in_any_case(member.key(), name)) return &member.value();
  return nullptr;
}

const json* find(const json& root, const path& p) {
  const json* here = &root;
  bool any_case = false;
  for (const std::string& name : p.names()) {
    here = find_member(*here, name, any_case);
    if (here == nullptr) return nullptr;
    any_case = name == "headers";
  }
  return here;
}

field to_field(const json* tree) noexcept {
  if (tree == nullptr) return absent{};
  switch (tree->type()) {
    case json::value_t::null:
      return nullptr;
    case json::value_t::boolean:
      return *tree->get_ptr<const json::boolean_t*>();
    case json::value_t::number_integer:
      return *tree->get_ptr<const json::number_integer_t*>();
    case json::value_t::number_unsigned: {
      const auto number = *tree->get_ptr<const json::number_unsigned_t*>();
      if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return static_cast<double>(number);
      return static_cast<std::int64_t>(number);
    }
    case json::value_t::number_float:
      return *tree->get_ptr<const json::number_float_t*>();
    case json::value_t::string:
      return std::string_view{*tree->get_ptr<const json::string_t*>()};
    case json::value_t::array:
    case json::value_t::object:
      return tree;
    case json::value_t::binary:
    case json::value_t::discarded:
      break;
  }
  return absent{};
}

bool is_nested_at_most(const json& tree, std::size_t limit) {
  std::vector<std::pair<const json*, std::size_t>> open{{&tree, 1}};
  while (!open.empty()) {
    const auto [here, level] = open.back();
    open.pop_back();
    if (!here->is_structured()) continue;
    if (level > limit) return false;
    for (const json& child : *here)
      if (child.is_structured()) open.emplace_back(&child, level + 1);
  }
  return true;
}

bool is_text_nested_at_most(std::string_view text, std::size_t limit) noexcept {
  std::size_t level = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++level > limit) return false;
    } else if ((c == ']' || c == '}') && level > 0) {
      --level;
    }
  }
  return true;
}

} // namespace remora::filter
