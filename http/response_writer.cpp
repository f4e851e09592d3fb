#include "http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/log.hpp"
#include "http/ascii.hpp"

namespace remora::http {

namespace {

bool is_token(std::string_view name) noexcept {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view value) noexcept {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\t') || octet == 0x7f;
  });
}

void line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

/// RFC 9110 5.6.7, whatever the locale: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::time_t now) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm at{};
  ::gmtime_r(&now, &at);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                 days[static_cast<std::size_t>(at.tm_wday) % days.size()], at.tm_mday,
                                 months[static_cast<std::size_t>(at.tm_mon) % months.size()],
                                 at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

/// Headers that only the server may set, because the framing depends on them.
bool is_framing(std::string_view name) noexcept {
  return equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Transfer-Encoding") ||
         equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Date");
}

bool may_send(const std::pair<std::string, std::string>& one) {
  if (is_token(one.first) && is_field_value(one.second) && !is_framing(one.first)) return true;
  log::error("http-header-left-out", "name=", one.first);
  return false;
}

void defaults(std::string& out, const response& answer) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> always{{
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
      {"Cache-Control", "no-store"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  }};
  for (const auto& [name, value] : always) {
    const auto own = std::find_if(answer.headers.begin(), answer.headers.end(),
                                  [n = name](const auto& one) { return equals_ignoring_case(one.first, n); });
    if (own == answer.headers.end()) line(out, name, value);
  }
}

} // namespace

bool has_no_body(unsigned status) noexcept { return status < 200 || status == 204 || status == 304; }

std::string write_head(const response& answer, const framing& as, std::time_t now) {
  std::string out;
  out.reserve(512);
  // A server says the highest version it speaks, also to a client of 1.0 (RFC 9110 6.2).
  out.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(1, ' ');
  out.append(reason(answer.status)).append("\r\n");
  line(out, "Date", http_date(now));
  if (!as.keep_alive) line(out, "Connection", "close");
  if (as.keep_alive && as.http_10) line(out, "Connection", "keep-alive");
  if (!has_no_body(answer.status)) {
    if (!answer.stream)
      line(out, "Content-Length", std::to_string(answer.body.size()));
    else if (!as.http_10)
      line(out, "Transfer-Encoding", "chunked");
    const bool has_body = answer.stream || !answer.body.empty();
    if (has_body && is_field_value(answer.content_type)) line(out, "Content-Type", answer.content_type);
  }
  for (const auto& one : answer.headers)
    if (may_send(one)) line(out, one.first, one.second);
  defaults(out, answer);
  out += "\r\n";
  return out;
}

std::string chunk(std::string_view piece) {
  std::array<char, 2 * sizeof(std::size_t)> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16).ptr;
  std::string out{digits.data(), end};
  out.append("\r\n").append(piece).append("\r\n");
  return out;
}

} // namespace remora::http
