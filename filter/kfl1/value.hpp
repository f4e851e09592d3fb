#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "filter/evaluation.hpp"
#include "filter/record.hpp"

namespace re2 {
class RE2;
}

namespace remora::filter::kfl1 {

/// An XML element with attributes or children. Compared with a scalar it is its text.
struct element {
  const nlohmann::json* tree;
};

/// A value of KFL1, section 4.3. Texts, trees and selections belong to the record, the query or the
/// evaluation.
using value = std::variant<absent, std::nullptr_t, bool, double, std::string_view, const nlohmann::json*,
                           element, const selection*, const re2::RE2*>;

/// What a path found, as a value.
value to_value(const field& found, bool from_xml = false);
value to_value(const nlohmann::json& tree, bool from_xml);

bool is_absent(const value& v) noexcept;
bool is_true(const value& v) noexcept;

/// Section 4.3: nothing for absent values, lists, objects and regexes. @param scratch Holds what has to be
/// made; the view is good until it changes.
std::optional<std::string_view> text_of(const value& v, std::string& scratch);

/// An XML element as its text, when it has one; anything else as it is.
value as_scalar(const value& v);

/// What values are ordered by.
double number_of(const value& v) noexcept;

enum class comparison : unsigned char { equal, unequal, less, at_most, greater, at_least };

/// Sections 4.4 and 4.5. False when either side is absent, whatever the comparison.
bool compare(evaluation& e, comparison how, const value& a, const value& b);

/// Lists and selections: how many elements, and each of them.
bool is_list(const value& v) noexcept;
std::size_t list_size(const value& v) noexcept;
value list_element(const value& v, std::size_t index);

} // namespace remora::filter::kfl1
