#pragma once

#include <string>
#include <string_view>

#include "hub/store/job_fold.hpp"

namespace remora::hub {

/// An aggregation as CSV (RFC 4180): a header line, then a line for each group and field: the group's node or
/// start if there is one, field, value, samples. A value that is no number is empty.
std::string to_csv(const folded& answer, fold_by by);

/// A text as a cell. One that a spreadsheet would take for a formula (it begins with =, +, -, @, tab or
/// carriage return) gets an apostrophe before it: names of fields come from scripts, and theirs from the
/// wire.
std::string csv_cell(std::string_view text);

} // namespace remora::hub
