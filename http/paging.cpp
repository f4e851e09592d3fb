#include "http/paging.hpp"

#include <charconv>
#include <system_error>
#include <utility>

#include "base/utf8.hpp"
#include "http/base64url.hpp"

namespace remora::http {

namespace {

// A cursor is one letter of version, two hex digits of check, and what the handler gave.
constexpr char version = '1';
constexpr std::size_t head_bytes = 3;
constexpr std::size_t most_cursor_bytes = 512;

/// Notices a cursor that was cut or mistyped; it is no secret and keeps nobody from making one.
std::string check_of(std::string_view text) {
  unsigned sum = 17;
  for (const char c : text) {
    sum = (sum * 31 + static_cast<unsigned char>(c)) % 251;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[sum / 16], digits[sum % 16]};
}

} // namespace

std::string encode_cursor(std::string_view after) {
  return encode_base64url(version + check_of(after) + std::string{after});
}

result<page_request> read_page(const request& asked, std::size_t usual, std::size_t most) {
  page_request out;
  out.limit = usual;
  if (const auto text = asked.query_value("limit")) {
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), out.limit);
    if (failure != std::errc{} || end != text->data() + text->size() || out.limit == 0 || out.limit > most)
      return fail(errc::invalid_usage, "the query parameter \"limit\" must be a number from 1 to " +
                                           std::to_string(most) + ", but is " + quoted(*text));
  }
  const auto text = asked.query_value("cursor");
  if (!text || text->empty()) return out;
  const auto read = text->size() > 2 * most_cursor_bytes ? std::nullopt : decode_base64url(*text);
  if (!read || read->size() < head_bytes || read->front() != version ||
      read->substr(1, 2) != check_of(std::string_view{*read}.substr(head_bytes)))
    return fail(errc::invalid_usage,
                "the query parameter \"cursor\" is not one that this hub gave: begin "
                "without it");
  out.after = read->substr(head_bytes);
  return out;
}

std::vector<query_parameter> page_parameters() {
  return {{"limit", "How many at most, 1 to 1000", false, R"({"type":"integer","minimum":1,"maximum":1000})"},
          {"cursor", "Where to go on: `next` of the page before", false, R"({"type":"string"})"}};
}

} // namespace remora::http
