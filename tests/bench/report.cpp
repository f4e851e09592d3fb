#include "tests/bench/report.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace remora::bench {

namespace {

using row = std::vector<std::string>;

std::string decimal(double value, int digits) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%.*f", digits, value);
  return {text, static_cast<std::size_t>(std::clamp(size, 0, 63))};
}

/// 1234567 as "1.23 M", 79123 as "79.1 k".
std::string scaled(double value) {
  if (value >= 1e6) return decimal(value / 1e6, 2) + " M";
  if (value >= 1e3) return decimal(value / 1e3, 1) + " k";
  return decimal(value, 1);
}

std::string or_dash(const std::optional<double>& value) { return value ? decimal(*value, 2) : "-"; }

bool has_figures(verdict judgement) { return judgement != verdict::wrong && judgement != verdict::skipped; }

row cells(const report_line& line) {
  const comparison_result& r = line.result;
  row made{line.what.id};
  if (has_figures(r.judgement)) {
    for (const side_figures* side : {&r.ours, &r.theirs}) {
      made.push_back(scaled(side->speed.median));
      made.push_back(decimal(side->cpu_s.median, 2));
      made.push_back(decimal(side->peak_rss_mib, 0));
    }
    for (const double figure : {r.ratio.median, r.ratio.min, r.ratio.max})
      made.push_back(decimal(figure, 2));
  } else {
    made.resize(10, "-");
  }
  made.push_back(or_dash(line.what.goal));
  made.push_back(or_dash(line.what.defect_below));
  made.emplace_back(to_string(r.judgement));
  return made;
}

/// The first and the last column start at the left, figures end at the right.
std::string aligned(const std::vector<row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const row& r : rows)
    for (std::size_t i = 0; i < r.size(); ++i)
      widths[i] = std::max(widths[i], r[i].size());
  std::string text;
  for (const row& r : rows) {
    for (std::size_t i = 0; i < r.size(); ++i) {
      const std::string padding(widths[i] - r[i].size(), ' ');
      if (i + 1 == r.size()) {
        text += "  " + r[i];
      } else {
        text += i == 0 ? r[i] + padding : "  " + padding + r[i];
      }
    }
    text += '\n';
  }
  return text;
}

nlohmann::json json_of(const spread& s) { return {{"median", s.median}, {"min", s.min}, {"max", s.max}}; }

nlohmann::json json_of(const program& who, const side_figures& figures) {
  return {{"name", who.name},
          {"command", who.command},
          {"per_second", json_of(figures.speed)},
          {"cpu_seconds", json_of(figures.cpu_s)},
          {"peak_rss_mib", figures.peak_rss_mib}};
}

nlohmann::json json_of(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nullptr;
}

} // namespace

std::string to_table(const std::vector<report_line>& lines) {
  std::vector<row> rows{{"line", "ours/s", "cpu s", "MiB", "peer/s", "cpu s", "MiB", "ratio", "min", "max",
                         "goal", "defect <", "verdict"}};
  std::string legend;
  std::string remarks;
  for (const report_line& line : lines) {
    rows.push_back(cells(line));
    legend += line.what.id + ": " + line.what.title + "\n";
    if (!line.result.remark.empty()) {
      remarks += line.what.id + " " + std::string{to_string(line.result.judgement)} + ": " +
                 line.result.remark + "\n";
    }
  }
  return aligned(rows) + "\n" + legend + (remarks.empty() ? "" : "\n" + remarks);
}

std::string to_json(const std::vector<report_line>& lines) {
  nlohmann::json document = nlohmann::json::array();
  for (const report_line& line : lines) {
    nlohmann::json entry{{"line", line.what.id},
                         {"title", line.what.title},
                         {"unit", line.what.unit},
                         {"goal", json_of(line.what.goal)},
                         {"defect_below", json_of(line.what.defect_below)},
                         {"verdict", to_string(line.result.judgement)},
                         {"remark", line.result.remark}};
    if (has_figures(line.result.judgement)) {
      entry["ratio"] = json_of(line.result.ratio);
      entry["ours"] = json_of(line.what.ours, line.result.ours);
      entry["peer"] = json_of(line.what.theirs, line.result.theirs);
    }
    document.push_back(std::move(entry));
  }
  // A peer's output may be no UTF-8; a remark must not cost the document.
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace remora::bench
