#include "protocol/script_source.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace remora {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view white_space = " \t\r\n\v\f";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// The first line of a block comment that has text once its leading stars are gone.
std::string_view block_comment_title(std::string_view body) {
  while (!body.empty()) {
    const auto end = body.find('\n');
    std::string_view line = trim(body.substr(0, end));
    line = trim(line.substr(std::min(line.find_first_not_of('*'), line.size())));
    if (!line.empty()) return line;
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return {};
}

/// Where the string literal that opens at `at` ends (one past its closing quote, or the end of its line).
std::size_t skip_string(std::string_view code, std::size_t at) {
  const char quote = code[at++];
  for (; at < code.size() && code[at] != quote && code[at] != '\n'; ++at) {
    if (code[at] == '\\') ++at;
  }
  return std::min(at + 1, code.size());
}

/// The text of the first comment with any text in it. Strings are stepped over; a regular expression that
/// holds two slashes before the first comment is not recognised as one, which costs a title, no more.
std::string_view first_comment(std::string_view code) {
  std::size_t at = 0;
  while (at + 1 < code.size()) {
    if (code[at] == '"' || code[at] == '\'') {
      at = skip_string(code, at);
    } else if (code[at] == '/' && code[at + 1] == '/') {
      const auto end = std::min(code.find('\n', at), code.size());
      const auto text = trim(code.substr(at + 2, end - at - 2));
      if (!text.empty()) return text;
      at = end;
    } else if (code[at] == '/' && code[at + 1] == '*') {
      const auto end = std::min(code.find("*/", at + 2), code.size());
      const auto text = block_comment_title(code.substr(at + 2, end - at - 2));
      if (!text.empty()) return text;
      at = end;
    } else {
      ++at;
    }
  }
  return {};
}

std::string base_name_without_suffix(std::string_view file) {
  const auto slash = file.find_last_of('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  constexpr std::string_view suffix = ".js";
  if (file.size() > suffix.size() && file.substr(file.size() - suffix.size()) == suffix) {
    file.remove_suffix(suffix.size());
  }
  return std::string{file};
}

/// "file:line:column" of a byte; columns count bytes from 1.
std::string position_of(std::string_view code, std::size_t offset, std::string_view file) {
  const auto before = code.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');
  const auto column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
  return std::string{file} + ':' + std::to_string(line) + ':' + std::to_string(column);
}

} // namespace

std::string script_title(std::string_view code, std::string_view file) {
  if (code.substr(0, byte_order_mark.size()) == byte_order_mark) code.remove_prefix(byte_order_mark.size());
  const auto comment = first_comment(code);
  return comment.empty() ? base_name_without_suffix(file) : to_well_formed_utf8(comment);
}

result<void> check_script_file(std::string_view file) {
  if (file.size() > max_script_file_bytes) {
    return fail(errc::invalid_usage, "the path " + quoted(file) + " has " + std::to_string(file.size()) +
                                         " bytes; at most " + std::to_string(max_script_file_bytes) +
                                         " are kept of where a script came from");
  }
  if (find_invalid_utf8(file)) return fail(errc::invalid_usage, "the path " + quoted(file) + " is not UTF-8");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(file.begin(), file.end(), is_control)) {
    return fail(errc::invalid_usage, "the path " + quoted(file) + " has a control character");
  }
  return {};
}

result<void> check_script_text(std::string_view code, std::string_view file) {
  if (code.size() > max_script_bytes) {
    return fail(errc::invalid_script, std::string{file} + ": the script has " + std::to_string(code.size()) +
                                          " bytes; at most " + std::to_string(max_script_bytes) +
                                          " are accepted");
  }
  if (const auto nul = code.find('\0'); nul != std::string_view::npos) {
    return fail(errc::invalid_script, position_of(code, nul, file) + ": a NUL byte; this is not a text file");
  }
  if (const auto bad = find_invalid_utf8(code)) {
    return fail(errc::invalid_script,
                position_of(code, *bad, file) + ": this is not UTF-8; save the file as UTF-8 and try again");
  }
  return {};
}

} // namespace remora
