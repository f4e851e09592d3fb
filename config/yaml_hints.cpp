#include "config/yaml_hints.hpp"

#include <array>
#include <cstddef>

#include "config/tree.hpp"

namespace remora::config {

namespace {

struct hint {
  std::string_view library_says; ///< The beginning of yaml-cpp's message.
  std::string_view we_say;
};

constexpr std::array<hint, 8> hints{{
    {"the referenced anchor", "aliases (`*name`) are not supported; quote a text that starts with `*`"},
    {"illegal map value",
     "a `:` where no value can start; quote a text that contains `: `, and check the indentation"},
    {"unknown token", "a text cannot start with this character; quote it"},
    {"illegal EOF in scalar", "a quoted text is never closed"},
    {"end of map not found",
     "expected the next key of a map; check the indentation, the quotes and the braces"},
    {"end of sequence not found", "expected the next `- ` of a list; check the indentation"},
    {"end of map flow", "a `{` is never closed, or a comma is missing"},
    {"end of sequence flow", "a `[` is never closed, or a comma is missing"},
}};

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (std::uint32_t n = 1; n < line; ++n) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

bool is_indented_with_a_tab(std::string_view line) {
  return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

} // namespace

std::string explain_yaml_error(std::string_view message, std::string_view text, std::uint32_t line,
                               std::uint32_t last_good_line) {
  std::string out = harmless(message); // it may hold a character of the text
  if (message == "bad file") out = "nested too deeply";
  for (const hint& h : hints) {
    if (message.substr(0, h.library_says.size()) != h.library_says) continue;
    out = h.we_say;
    break;
  }
  if (message == "illegal EOF in scalar") out += "; look from line " + std::to_string(last_good_line) + " on";
  const std::string_view source = line_of(text, line);
  if (is_indented_with_a_tab(source)) out += "; this line is indented with a tab, YAML wants spaces";
  const bool in_flow = message.find("flow") != std::string_view::npos || message == "end of map not found";
  if (in_flow && source.find("${") != std::string_view::npos)
    out += "; inside [ ] and { } write \"${NAME}\" with quotes";
  return out;
}

} // namespace remora::config
