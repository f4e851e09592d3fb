#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include <nlohmann/json.hpp>

#include "filter/body/base64.hpp"
#include "filter/kfl2/variable_table.hpp"
#include "filter/tree.hpp"

namespace remora::filter::kfl2::readers {

using nlohmann::json;

namespace {

std::string_view text_of_field(frame& f, const field& found) {
  if (const auto* text = std::get_if<std::string_view>(&found)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&found)) return f.keep(std::to_string(*number));
  if (const auto* number = std::get_if<double>(&found)) return f.keep(json(*number).dump());
  if (const auto* truth = std::get_if<bool>(&found)) return *truth ? "true" : "false";
  const auto* tree = std::get_if<const json*>(&found);
  return tree != nullptr && !(*tree)->is_object() ? text_of(f, **tree) : std::string_view{};
}

/// Scalars may come as trees; trees stay.
field plain(const field& found) {
  const auto* tree = std::get_if<const json*>(&found);
  return tree != nullptr ? to_field(*tree) : found;
}

bool is_there(const field& found) noexcept {
  return !std::holds_alternative<absent>(found) && !std::holds_alternative<std::nullptr_t>(found);
}

std::optional<std::int64_t> integer_of(const field& found) {
  if (const auto* number = std::get_if<std::int64_t>(&found)) return *number;
  if (const auto* number = std::get_if<double>(&found)) {
    constexpr double above = 9'223'372'036'854'775'808.0;
    const bool fits = *number >= -above && *number < above;
    return fits ? static_cast<std::int64_t>(*number) : 0;
  }
  const auto* text = std::get_if<std::string_view>(&found);
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, failed] = std::from_chars(text->data(), end, number);
  return failed == std::errc{} && stop == end ? number : 0;
}

std::int64_t first_integer(frame& f, const places& from) {
  for (const auto& p : from)
    if (const auto number = integer_of(plain(f.e.at(*p)))) return *number;
  return 0;
}

void append_distinct(list_value& to, std::string_view text) {
  if (text.empty()) return;
  const bool known = std::any_of(to.items.begin(), to.items.end(),
                                 [&](const value& item) { return std::get<std::string_view>(item) == text; });
  if (!known) to.items.emplace_back(text);
}

value map_at(frame& f, const places& from, bool any_case) {
  map_value made;
  const json* tree = first_tree(f, from);
  if (tree != nullptr && tree->is_object()) made.object = tree;
  made.any_case = any_case;
  return f.keep(std::move(made));
}

} // namespace

std::string_view first_text(frame& f, const places& from) {
  for (const auto& p : from) {
    const std::string_view text = text_of_field(f, f.e.at(*p));
    if (!text.empty()) return text;
  }
  return {};
}

const json* first_tree(frame& f, const places& from) {
  for (const auto& p : from) {
    const field found = plain(f.e.at(*p));
    if (const auto* tree = std::get_if<const json*>(&found)) return *tree;
  }
  return nullptr;
}

value text(frame& f, const std::vector<places>& groups) { return first_text(f, groups[0]); }
value integer(frame& f, const std::vector<places>& groups) { return first_integer(f, groups[0]); }
value size(frame& f, const std::vector<places>& groups) {
  return std::max(std::int64_t{0}, first_integer(f, groups[0]));
}

value sum(frame& f, const std::vector<places>& groups) {
  std::int64_t total = 0;
  for (const places& group : groups)
    if (__builtin_add_overflow(total, first_integer(f, group), &total)) return std::int64_t{0};
  return total;
}

value boolean(frame& f, const std::vector<places>& groups) {
  for (const auto& p : groups[0]) {
    const field found = plain(f.e.at(*p));
    if (const auto* truth = std::get_if<bool>(&found)) return *truth;
  }
  return false;
}

value present(frame& f, const std::vector<places>& groups) {
  for (const auto& p : groups[0])
    if (is_there(plain(f.e.at(*p)))) return true;
  return false;
}

value bytes(frame& f, const std::vector<places>& groups) {
  const std::string_view encoded = first_text(f, groups[0]);
  if (!f.spend(1 + encoded.size() / 16)) return out_of_work;
  return bytes_value{f.keep(decode_base64(encoded).value_or(""))};
}

value map(frame& f, const std::vector<places>& groups) { return map_at(f, groups[0], false); }
value headers(frame& f, const std::vector<places>& groups) { return map_at(f, groups[0], true); }

value distinct(frame& f, const std::vector<places>& groups) {
  list_value made;
  for (const places& group : groups)
    append_distinct(made, first_text(f, group));
  return f.keep(std::move(made));
}

value list(frame& f, const std::vector<places>& groups) {
  list_value made;
  const json* tree = first_tree(f, groups[0]);
  if (tree != nullptr && tree->is_array() && f.spend(tree->size()))
    for (const json& item : *tree)
      made.items.emplace_back(text_of(f, item));
  return f.keep(std::move(made));
}

} // namespace remora::filter::kfl2::readers
