#include "base/log.hpp"

#include <array>
#include <atomic>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/time.hpp"
#include "base/utf8.hpp"

namespace remora::log {

namespace {

std::atomic<level> lowest_shown{level::info};
std::atomic<format> shown_as{format::text};

constexpr std::array<std::string_view, 5> level_names{"debug", "info", "warning", "error", "off"};

/// spdlog brings the locked, unbuffered sink; the line itself is laid out here, so that what came from the
/// wire or from a script cannot forge a second line. It is never destroyed: a thread that outlives main() by
/// a moment may still say what it does.
spdlog::logger& sink() {
  static auto& logger = []() -> spdlog::logger& {
    auto made = std::make_unique<spdlog::logger>("remora", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    return *made.release();
  }();
  return logger;
}

void append_escaped(std::string& out, std::string_view text, bool json) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : to_well_formed_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (json && (c == '"' || c == '\\')) {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += json ? "\\u00" : "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
}

std::string text_line(level at, std::string_view event, std::string_view details) {
  std::string line = to_rfc3339(wall_now());
  line += ' ';
  line += level_names[static_cast<std::size_t>(at)];
  line += ' ';
  line += event;
  if (!details.empty()) line += ' ';
  append_escaped(line, details, false);
  return line;
}

std::string json_line(level at, std::string_view event, std::string_view details) {
  std::string line = "{\"time\":\"" + to_rfc3339(wall_now()) + "\",\"level\":\"";
  line += level_names[static_cast<std::size_t>(at)];
  line += "\",\"event\":\"";
  append_escaped(line, event, true);
  line += "\",\"message\":\"";
  append_escaped(line, details, true);
  line += "\"}";
  return line;
}

} // namespace

void configure(level lowest, format as) {
  lowest_shown = lowest;
  shown_as = as;
}

bool parse_level(std::string_view word, level& out) {
  if (word == "warn") word = "warning";
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (word != level_names[i]) continue;
    out = static_cast<level>(i);
    return true;
  }
  return false;
}

bool parse_format(std::string_view word, format& out) {
  if (word != "text" && word != "json") return false;
  out = word == "json" ? format::json : format::text;
  return true;
}

bool enabled(level at) noexcept { return at >= lowest_shown.load(std::memory_order_relaxed); }

void write(level at, std::string_view event, std::string_view details) {
  if (!enabled(at)) return;
  sink().info(shown_as == format::json ? json_line(at, event, details) : text_line(at, event, details));
  sink().flush();
}

} // namespace remora::log
