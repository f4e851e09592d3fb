#include "cli/summary_text.hpp"

#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "cli/text_records.hpp"
#include "cli/totals.hpp"

namespace remora::cli {

namespace {

using traffic::decode_status;
using traffic::malformed_reason;
using traffic::packet_kind;

constexpr std::size_t label_width = 16;

std::string fixed(double number, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, number);
  return text.data();
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

/// "tcp 12, udp 3"
class name_counts {
 public:
  void add(std::string_view name, std::uint64_t count, const std::string& detail = {}) {
    if (count == 0) return;
    if (!text_.empty()) text_ += ", ";
    for (const char c : name)
      text_ += c == '_' ? ' ' : c;
    text_ += ' ' + std::to_string(count);
    if (!detail.empty()) text_ += " (" + detail + ')';
  }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

std::string protocols(const traffic::decode_counters& seen) {
  name_counts out;
  for (std::size_t i = 0; i < traffic::packet_kind_count; ++i)
    out.add(to_string(static_cast<packet_kind>(i)), seen.of(static_cast<packet_kind>(i)));
  return out.text();
}

std::string reasons(const traffic::decode_counters& seen) {
  name_counts out;
  for (std::size_t i = 1; i < traffic::malformed_reason_count; ++i)
    out.add(to_string(static_cast<malformed_reason>(i)), seen.of(static_cast<malformed_reason>(i)));
  return out.text();
}

/// Packets that decoding did not come to the end of, and why the malformed ones are malformed.
std::string incomplete(const traffic::decode_counters& seen) {
  name_counts out;
  for (std::size_t i = 0; i < traffic::decode_status_count; ++i) {
    const auto status = static_cast<decode_status>(i);
    if (status != decode_status::ok && status != decode_status::not_ip)
      out.add(to_string(status), seen.of(status));
  }
  const std::string why = reasons(seen);
  return why.empty() ? out.text() : out.text() + "; malformed: " + why;
}

class lines {
 public:
  explicit lines(bool colour) : colour_{colour} {}

  void add(std::string_view label, const std::string& text, bool alarming = false) {
    std::string cell{label};
    cell.resize(label_width, ' ');
    const bool red = alarming && colour_;
    const bool dim = !red && colour_ && !label.empty();
    out_ += red ? "\x1b[31m" + cell : dim ? "\x1b[2m" + cell + "\x1b[0m" : cell;
    out_ += text;
    out_ += red ? "\x1b[0m\n" : "\n";
  }
  const std::string& text() const noexcept { return out_; }

 private:
  bool colour_;
  std::string out_;
};

std::string losses_of(const worker::script_report& script) {
  std::vector<std::string> parts;
  if (script.dropped_events > 0) parts.push_back(counted(script.dropped_events, "packet", "packets"));
  if (script.dropped_lines > 0) parts.push_back(counted(script.dropped_lines, "line", "lines"));
  if (script.suspensions > 0) parts.push_back("suspended " + counted(script.suspensions, "time", "times"));
  if (script.stuck) parts.emplace_back("its engine is stuck and was given up");
  std::string out;
  for (const std::string& part : parts)
    out += (out.empty() ? "" : ", ") + part;
  return out;
}

void add_losses(lines& out, const worker::run_report& report) {
  std::vector<std::string> losses;
  if (report.source.kernel_dropped > 0)
    losses.push_back(counted(report.source.kernel_dropped, "packet", "packets") +
                     " by the kernel, whose buffer was full");
  if (report.source.interface_dropped > 0)
    losses.push_back(counted(report.source.interface_dropped, "packet", "packets") + " by the interface");
  for (const worker::script_report& script : report.scripts)
    if (const std::string lost = losses_of(script); !lost.empty())
      losses.push_back('[' + one_line_title(script.title) + "] " + lost);
  if (losses.empty()) out.add("dropped", "nothing");
  for (std::size_t i = 0; i < losses.size(); ++i)
    out.add(i == 0 ? "dropped" : "", losses[i], true);
}

/// Without the digits that are of no interest to a person.
std::string rough_duration(nanoseconds time) {
  const nanoseconds unit = time >= std::chrono::minutes{1} ? nanoseconds{std::chrono::seconds{1}}
                           : time >= milliseconds{1}       ? nanoseconds{milliseconds{1}}
                                                           : nanoseconds{1};
  return format_duration(time / unit.count() * unit.count());
}

std::string timing(const worker::run_report& report, bool read_files) {
  const double seconds = static_cast<double>(report.wall_time.count()) / 1e9;
  std::string out = fixed(seconds, seconds < 10 ? 3 : 1) + " s";
  if (report.packets > 0 && seconds > 0)
    out += ", " + fixed(static_cast<double>(report.packets) / seconds, 0) + " packets a second";
  if (read_files && report.packets > 0) out += "; the capture spans " + rough_duration(report.run_time);
  return out;
}

} // namespace

std::string human_size(std::uint64_t bytes) {
  if (bytes < 1000) return counted(bytes, "byte", "bytes");
  double rest = static_cast<double>(bytes);
  std::size_t unit = 0;
  constexpr std::array<const char*, 7> units{"", "kB", "MB", "GB", "TB", "PB", "EB"};
  // 999.95 would be rounded to 1000.0
  for (; rest >= 999.95 && unit + 1 < units.size(); ++unit)
    rest /= 1000;
  return fixed(rest, 1) + ' ' + units[unit];
}

std::string summary_text(const worker::run_report& report, const summary_style& style) {
  const run_totals totals = totals_of(report);
  lines out{style.colour};
  std::string packets = std::to_string(report.packets) + " (" + human_size(report.bytes) + ')';
  if (report.source.filtered_out > 0)
    packets += "; " + std::to_string(report.source.filtered_out) + " of " +
               std::to_string(report.source.received) + " received were filtered out";
  out.add("packets", packets);
  if (const auto seen = protocols(report.decoded); !seen.empty()) out.add("protocols", seen);
  if (const auto cut = incomplete(report.decoded); !cut.empty()) out.add("not decoded", cut);
  out.add("hook calls", std::to_string(totals.hook_calls));
  out.add("script errors", std::to_string(totals.script_errors), totals.script_errors > 0);
  add_losses(out, report);
  out.add("time", timing(report, style.read_files));
  return out.text();
}

} // namespace remora::cli
