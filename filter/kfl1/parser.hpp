#pragma once

#include <string_view>

#include "filter/kfl1/expr.hpp"
#include "filter/macro_table.hpp"
#include "filter/syntax/token.hpp"

namespace remora::filter::kfl1 {

/// Finds the macro of a name; null when there is none.
using find_macro = std::function<std::shared_ptr<const compiled_query>(std::string_view name)>;

/// Compiles the tokens of a KFL1 query, sections 4.1 to 4.8. @param text What the tokens point into; the
/// result does not need it.
compiled<compiled_query> parse(std::string_view text, const token_list& tokens, const find_macro& macros);

/// Names that are none at the start of a path.
bool is_reserved(std::string_view name) noexcept;

} // namespace remora::filter::kfl1
