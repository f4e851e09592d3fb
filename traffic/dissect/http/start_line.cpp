#include "traffic/dissect/http/start_line.hpp"

#include <algorithm>
#include <array>

namespace remora::traffic::http {

namespace {

constexpr std::string_view version_mark = "HTTP/";
constexpr std::size_t version_size = 8; // HTTP/1.1

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c)
    table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c)
    table[static_cast<std::size_t>(c)] = table[static_cast<std::size_t>(c - 'a' + 'A')] = true;
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
    table[static_cast<std::size_t>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> token_table = make_token_table();

bool is_digit(char c) noexcept { return '0' <= c && c <= '9'; }
bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

std::string_view without_blanks_behind(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Whether the version of HTTP/0 or HTTP/1 stands there.
bool is_version(std::string_view text) noexcept {
  return text.size() == version_size && text.substr(0, version_mark.size()) == version_mark &&
         (text[5] == '0' || text[5] == '1') && text[6] == '.' && is_digit(text[7]);
}

void set_version(start_line& to, std::string_view version) noexcept {
  to.major = static_cast<std::uint8_t>(version[5] - '0');
  to.minor = static_cast<std::uint8_t>(version[7] - '0');
}

/// Where the version stands in what follows the method: at the end, else before some crud.
std::size_t find_version(std::string_view rest) noexcept {
  const auto is_apart = [rest](std::size_t at) { return at == 0 || is_blank(rest[at - 1]); };
  if (rest.size() >= version_size) {
    const std::size_t last = rest.size() - version_size;
    if (is_version(rest.substr(last)) && is_apart(last)) return last;
  }
  for (std::size_t at = rest.find(version_mark); at != std::string_view::npos;
       at = rest.find(version_mark, at + 1)) {
    if (is_apart(at) && is_version(rest.substr(at, version_size))) return at;
  }
  return std::string_view::npos;
}

std::size_t method_size(std::string_view line) noexcept {
  const auto end = std::find_if_not(
      line.begin(), line.begin() + static_cast<std::ptrdiff_t>(std::min(line.size(), longest_method + 1)),
      is_token_character);
  return static_cast<std::size_t>(end - line.begin());
}

} // namespace

bool is_token_character(char c) noexcept { return token_table[static_cast<unsigned char>(c)]; }

std::optional<start_line> parse_request_line(std::string_view line) noexcept {
  start_line out;
  const std::size_t method = method_size(line);
  if (method == 0 || method > longest_method || method == line.size() || !is_blank(line[method])) return {};
  std::size_t begin = method;
  while (begin < line.size() && is_blank(line[begin]))
    ++begin;
  const std::string_view rest = without_blanks_behind(line.substr(begin));
  out.method_size = static_cast<std::uint32_t>(method);
  out.target_begin = static_cast<std::uint32_t>(begin);
  const std::size_t version = find_version(rest);
  if (version == std::string_view::npos) {
    if (line.substr(0, method) != "GET" || rest.empty() || rest.front() != '/') return {};
    if (rest.find(' ') != std::string_view::npos) return {};
    out.target_size = static_cast<std::uint32_t>(rest.size());
    return out;
  }
  set_version(out, rest.substr(version, version_size));
  out.target_size = static_cast<std::uint32_t>(without_blanks_behind(rest.substr(0, version)).size());
  return out;
}

bool is_full_request_line(std::string_view line) noexcept {
  const auto parsed = parse_request_line(line);
  return parsed && !parsed->is_simple();
}

std::optional<start_line> parse_status_line(std::string_view line) noexcept {
  if (!is_version(line.substr(0, version_size))) return {};
  start_line out;
  set_version(out, line);
  line.remove_prefix(version_size);
  if (line.empty() || !is_blank(line.front())) return {};
  while (!line.empty() && is_blank(line.front()))
    line.remove_prefix(1);
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) return {};
  if (line.size() > 3 && is_digit(line[3])) return {};
  out.status = static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  if (out.status < 100) return {};
  return out;
}

bool may_become_request_line(std::string_view beginning) noexcept {
  const std::size_t method = method_size(beginning);
  if (method > longest_method) return false;
  return method == beginning.size() || (method > 0 && is_blank(beginning[method]));
}

bool may_become_status_line(std::string_view beginning) noexcept {
  const std::size_t known = std::min(beginning.size(), version_mark.size());
  return beginning.substr(0, known) == version_mark.substr(0, known);
}

} // namespace remora::traffic::http
