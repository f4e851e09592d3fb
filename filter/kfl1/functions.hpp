#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "filter/kfl1/expr.hpp"
#include "filter/kfl1/selector.hpp"

namespace remora::filter::kfl1 {

/// startsWith, endsWith, contains.
enum class text_test : unsigned char { starts_with, ends_with, contains };
std::optional<text_test> find_text_test(std::string_view name) noexcept;

/// p.startsWith(s) and its kin. @param argument Null when there is none.
expr_ptr make_text_test(text_test what, expr_ptr receiver, expr_ptr argument);

/// A call at the head of a path: datetime, now, seconds and so on, limit, record, rlimit, leftOff. Any other
/// name gives a call that is always absent. Not redact, which make_redact() makes.
expr_ptr make_call(std::string_view name, std::vector<expr_ptr> arguments);

/// redact(s, ...). @param constants The paths that are known already; the others are read at run time.
expr_ptr make_redact(std::vector<selector> constants, std::vector<expr_ptr> others);

/// Reads the text of a path for redact(): as in a query, and "..name" from the root. Nothing when it is none.
std::optional<selector> read_selector(std::string_view text);

/// M/D/YYYY, h:mm:ss.fff AM as Unix milliseconds; the fraction may be missing. UTC.
std::optional<double> read_datetime(std::string_view text) noexcept;

} // namespace remora::filter::kfl1
