#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"
#include "config/load.hpp"
#include "config/report.hpp"

// Input: parts with a zero byte between them. The first is a configuration file, the second another one; of
// the rest, what starts with REMORA_ is a variable NAME=VALUE, everything else a --set. Whatever is refused
// must be refused in a few printable lines that hold no secret; whatever is accepted must read back from its
// dump.

namespace {

using namespace remora;
using namespace remora::config;

/// Stands in for all that `${...}` puts in. An input that holds it (libFuzzer learns it from comparisons) is
/// skipped.
constexpr std::string_view canary = "k7Qz0vXw3RtLp9Ys";

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> split(std::string_view input) {
  std::vector<std::string> parts;
  for (std::size_t end = input.find('\0'); end != std::string_view::npos; end = input.find('\0')) {
    parts.emplace_back(input.substr(0, end));
    input.remove_prefix(end + 1);
  }
  parts.emplace_back(input);
  return parts;
}

void check_line(const std::string& line) {
  require(line.size() < 2'048);
  require(!find_invalid_utf8(line));
  require(line.find(canary) == std::string::npos);
  for (const char c : line)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

bool can_be_read_back(const load_outcome& outcome) {
  for (const char* masked : {"hub.http.tokens", "hub.link.curve.secret_key", "worker.curve.secret_key",
                             "scripting.env", "scripting.scripts"}) {
    if (outcome.is_set(masked)) return false;
  }
  return true;
}

result<std::string> read_file(const std::string& path) {
  if (path == "/none") return fail(errc::not_found, "cannot read the file `/none`");
  return std::string{canary} + "\n";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  if (input.find(canary) != std::string_view::npos) return 0;
  const auto parts = split(input);
  std::vector<source_text> files;
  std::vector<std::string> set;
  environment_map environment{{"SECRET", std::string{canary}}, {"N", "25"}, {"EMPTY", ""}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (i < 2)
      files.push_back({"f" + std::to_string(i), part});
    else if (part.rfind("REMORA_", 0) == 0)
      environment[part.substr(0, part.find('='))] =
          part.find('=') == std::string::npos ? "" : part.substr(part.find('=') + 1);
    else
      set.push_back(part);
  }

  const load_outcome outcome = load_texts(files, set, environment, read_file);
  require(outcome.errors.size() <= report::max_errors + 1 && outcome.warnings.size() <= report::max_errors);
  for (const error& e : outcome.errors) {
    require(e.code == errc::invalid_config);
    check_line(e.message);
  }
  for (const std::string& warning : outcome.warnings)
    check_line(warning);
  const std::string dump = dump_masked(outcome.value);
  require(!find_invalid_utf8(dump) && !find_invalid_utf8(to_json(outcome.value.scripting.env)));
  if (!outcome.ok() || !can_be_read_back(outcome)) return 0;
  // The dump is not expanded again: a `${` in it is one that was put in or escaped.
  if (dump.find("${") != std::string::npos) return 0;
  const load_outcome again = load_texts({{"dump", dump}}, {}, {}, read_file);
  require(again.ok() && dump_masked(again.value) == dump);
  return 0;
}
