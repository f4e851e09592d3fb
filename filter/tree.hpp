#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

#include "filter/record.hpp"

/// Looking around in JSON trees that may come from anybody: nothing here recurses.
namespace remora::filter {

/// The member of an object; null when there is none or it is no object. @param any_case Without regard to
/// ASCII case when no name fits exactly; of several the first.
const nlohmann::json* find_member(const nlohmann::json& object, std::string_view name, bool any_case);

/// As record::at() has it; null when absent.
const nlohmann::json* find(const nlohmann::json& root, const path& p);

/// A scalar as such, a list or object as a pointer, null as absent.
field to_field(const nlohmann::json* tree) noexcept;

/// Whether a tree has at most `limit` levels of lists and objects.
bool is_nested_at_most(const nlohmann::json& tree, std::size_t limit);

/// The same of a JSON text, before anybody parses it.
bool is_text_nested_at_most(std::string_view text, std::size_t limit) noexcept;

/// Same characters but for the case of ASCII letters.
bool equal_in_any_case(std::string_view a, std::string_view b) noexcept;

/// ASCII letters in lower case.
std::string lower_case(std::string_view text);

} // namespace remora::filter
