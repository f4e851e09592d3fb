#pragma once

#include <optional>

#include "filter/kfl1/selector.hpp"
#include "filter/syntax/cursor.hpp"

namespace remora::filter::kfl1 {

/// Adds steps to a selector: names while it has nothing else.
void add_step(selector& to, step s);

/// Reads one step of a path that is no call: `.name`, `.*`, `..name`, `[0]`, `["name"]`, `[*]`. The cursor is
/// at the `.` or `[`. False, and failed, when it is none.
bool read_plain_step(token_cursor& from, selector& to);

/// A number of KFL1: decimal, without sign. Nothing for a hexadecimal one, one with a u, or one that no
/// double holds.
std::optional<double> read_number(const token& t) noexcept;

} // namespace remora::filter::kfl1
