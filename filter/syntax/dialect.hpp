#pragma once

#include "filter/syntax/token.hpp"

namespace remora::filter {

/// What the tokens of a query say about its dialect. Section 2 of the filter language.
enum class dialect_hint : std::uint8_t { empty, kfl1, kfl2, neutral };

/// A mark of KFL1 wins over a mark of KFL2. @param is_kfl2_only Whether a name is a variable that only KFL2
/// knows.
dialect_hint guess_dialect(const token_list& tokens, bool (*is_kfl2_only)(std::string_view name));

} // namespace remora::filter
