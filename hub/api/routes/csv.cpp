#include "hub/api/routes/csv.hpp"

#include <cmath>

#include "base/utf8.hpp"
#include "base/value.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

std::string group_cell(const folded_group& group, fold_by by) {
  if (by == fold_by::node) return csv_cell(group.node) + ',';
  if (by == fold_by::time) return (group.from ? to_rfc3339(*group.from) : std::string{}) + ',';
  return {};
}

std::string_view group_column(fold_by by) {
  if (by == fold_by::node) return "node,";
  return by == fold_by::time ? "from," : "";
}

} // namespace

std::string csv_cell(std::string_view text) {
  auto cell = to_well_formed_utf8(text);
  if (!cell.empty() && std::string_view{"=+-@\t\r"}.find(cell.front()) != std::string_view::npos) {
    cell.insert(cell.begin(), '\'');
  }
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string in_quotes = "\"";
  for (const char c : cell) {
    if (c == '"') in_quotes += '"';
    in_quotes += c;
  }
  return in_quotes + '"';
}

std::string to_csv(const folded& answer, fold_by by) {
  std::string out{group_column(by)};
  out += "field,value,samples\r\n";
  for (const auto& group : answer.groups) {
    const auto of = group_cell(group, by);
    for (const auto& one : group.values) {
      out += of + csv_cell(one.field) + ',';
      if (std::isfinite(one.value)) out += to_json_number(one.value);
      out += ',' + std::to_string(one.samples) + "\r\n";
    }
  }
  return out;
}

} // namespace remora::hub
