#include "http/target.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace remora::http {

namespace {

int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool is_control(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7f;
}

tl::unexpected<error> refuse(std::string_view what) {
  return fail(errc::invalid_usage, "the target of the request " + std::string{what});
}

result<std::string> decode_segment(std::string_view raw) {
  auto out = percent_decode(raw, false);
  if (!out) return refuse("has a % that two hex digits do not follow; write %25 for a percent sign");
  if (*out == "." || *out == "..") return refuse("has \".\" or \"..\" as a segment; write the path itself");
  if (std::any_of(out->begin(), out->end(), is_control))
    return refuse("has an escaped control character in its path");
  if (find_invalid_utf8(*out)) return refuse("has escapes in its path that are no UTF-8");
  return std::move(*out);
}

result<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> out;
  if (path == "/") return out;
  for (path.remove_prefix(1);;) {
    const auto slash = path.find('/');
    auto one = decode_segment(path.substr(0, slash));
    if (!one) return pass_on(std::move(one));
    if (out.size() == most_path_segments) return refuse("has too many segments in its path");
    out.push_back(std::move(*one));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

result<std::string> decode_query_text(std::string_view raw) {
  auto out = percent_decode(raw, true);
  if (!out) return refuse("has a % in its query that two hex digits do not follow; write %25");
  if (out->find('\0') != std::string::npos) return refuse("has an escaped NUL in its query");
  if (find_invalid_utf8(*out)) return refuse("has escapes in its query that are no UTF-8");
  return std::move(*out);
}

result<fields> split_query(std::string_view query) {
  fields out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view one = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (one.empty()) continue; // "a=1&&b=2", "?a=1&"
    const auto equals = one.find('=');
    auto name = decode_query_text(one.substr(0, equals));
    if (!name) return pass_on(std::move(name));
    auto value = decode_query_text(equals == std::string_view::npos ? "" : one.substr(equals + 1));
    if (!value) return pass_on(std::move(value));
    if (out.size() == most_query_values) return refuse("has too many values in its query");
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

/// Cuts "http://authority" off an absolute form.
result<std::string> take_authority(std::string_view& text) {
  const auto scheme = text.find("://");
  const std::string_view name = text.substr(0, scheme);
  if (scheme == std::string_view::npos || (name != "http" && name != "https"))
    return refuse("must begin with \"/\"");
  text.remove_prefix(scheme + 3);
  const auto end = std::min(text.find_first_of("/?"), text.size());
  std::string authority{text.substr(0, end)};
  if (authority.empty() || authority.find('@') != std::string::npos)
    return refuse("names no host, or a user beside it");
  text.remove_prefix(end);
  return authority;
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text, bool form) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += form && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

result<target> parse_target(std::string_view text) {
  if (text.empty()) return refuse("is empty");
  if (text.size() > most_target_bytes) return refuse("is longer than 4096 bytes");
  const auto invisible = [](char c) { return c <= 0x20 || c >= 0x7f || c == '#' || c == '\\'; };
  if (std::any_of(text.begin(), text.end(), invisible))
    return refuse("has a character that must be written as %XX");
  target out;
  if (text == "*") {
    out.path = "*";
    return out;
  }
  if (text.front() != '/') {
    auto authority = take_authority(text);
    if (!authority) return pass_on(std::move(authority));
    out.authority = std::move(*authority);
  }
  const auto question = text.find('?');
  out.path = text.substr(0, question);
  if (out.path.empty()) out.path = "/"; // "http://host?query"
  auto segments = split_path(out.path);
  if (!segments) return pass_on(std::move(segments));
  out.segments = std::move(*segments);
  auto query = split_query(question == std::string_view::npos ? "" : text.substr(question + 1));
  if (!query) return pass_on(std::move(query));
  out.query = std::move(*query);
  return out;
}

} // namespace remora::http
