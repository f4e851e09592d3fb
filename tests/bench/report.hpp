#pragma once

#include <string>
#include <vector>

#include "tests/bench/comparison.hpp"

namespace remora::bench {

struct report_line {
  comparison what;
  comparison_result result;
};

/// The lines as a table for people: speed, processor time and memory of both sides, the ratio with its
/// spread, the goal, the defect limit and the verdict; below it one remark for each line that is wrong or was
/// skipped.
std::string to_table(const std::vector<report_line>& lines);

/// The same as one JSON document: an array with an object for each line.
std::string to_json(const std::vector<report_line>& lines);

} // namespace remora::bench
