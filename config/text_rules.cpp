#include "config/text_rules.hpp"

#include <algorithm>
#include <cstddef>

#include "config/address.hpp"

namespace remora::config {

namespace {

using complaint = std::optional<std::string>;

constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool consists_of(std::string_view text, std::string_view more_than_letters_and_digits) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letters_and_digits.find(c) != std::string_view::npos ||
           more_than_letters_and_digits.find(c) != std::string_view::npos;
  });
}

complaint check_text(std::string_view text) {
  const bool bad = std::any_of(text.begin(), text.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (bad) return "control characters and line breaks are not allowed here";
  return std::nullopt;
}

complaint check_not_empty(std::string_view text) {
  if (text.empty()) return "must not be empty";
  return check_text(text);
}

complaint check_path(std::string_view text) {
  constexpr std::size_t longest = 4'096; // PATH_MAX of Linux
  if (text.size() > longest) return "a path of more than 4096 bytes";
  return check_text(text);
}

complaint check_folder(std::string_view text) {
  if (text.empty()) return "must not be empty";
  return check_path(text);
}

complaint check_listen(std::string_view text) {
  const auto parsed = parse_endpoint(text);
  return parsed ? complaint{} : parsed.error().message;
}

complaint check_remote(std::string_view text) {
  const auto parsed = parse_endpoint(text);
  if (!parsed) return parsed.error().message;
  if (parsed->port == 0) return "the port 0 cannot be called";
  if (parsed->host == "*") return "the host `*` cannot be called";
  return std::nullopt;
}

complaint check_curve_key(std::string_view text) {
  constexpr std::size_t length = 40;
  if (text.empty() || (text.size() == length && consists_of(text, ".-:+=^!/*?&<>()[]{}@%$#")))
    return std::nullopt;
  return "expected a CURVE key: 40 characters, as `remora keys new` prints it";
}

complaint check_zone(std::string_view text) {
  if (!text.empty() && text.size() <= 64 && consists_of(text, "_+-/") && text.front() != '/')
    return std::nullopt;
  return "expected a time zone such as `UTC` or `Europe/Berlin`";
}

complaint check_optional_zone(std::string_view text) { return text.empty() ? complaint{} : check_zone(text); }

complaint check_url(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.substr(0, scheme.size()) != scheme) continue;
    const std::string_view authority =
        text.substr(scheme.size(), text.find('/', scheme.size()) - scheme.size());
    if (authority.find('@') != std::string_view::npos)
      return "user names and passwords do not belong into a URL";
    if (!authority.empty() && text.find(' ') == std::string_view::npos) return check_text(text);
  }
  return "expected a URL that starts with http:// or https://";
}

complaint check_file_prefix(std::string_view text) {
  if (!text.empty() && text.size() <= 64 && consists_of(text, "._-") && text.front() != '.')
    return std::nullopt;
  return "expected 1 to 64 letters, digits, `.`, `_` or `-`";
}

complaint check_host_pattern(std::string_view text) {
  if (!text.empty() && text.size() <= 253 && consists_of(text, "*.-_:[]/")) return std::nullopt;
  return "expected a host name, an address, or a pattern such as `*.example.com`";
}

complaint check_interface(std::string_view text) {
  if (text.empty() || text.size() > 255) return "expected the name of a network interface, or `any`";
  return check_text(text);
}

complaint check_node_name(std::string_view text) {
  if (text.size() <= 253 && consists_of(text, ".-_")) return std::nullopt;
  return "expected at most 253 letters, digits, `.`, `-` or `_`";
}

complaint check_token(std::string_view text) {
  constexpr std::size_t shortest = 16;
  constexpr std::size_t longest = 1'024;
  if (text.size() < shortest || text.size() > longest) return "a token has 16 to 1024 characters";
  if (!consists_of(text, "-._~+/=")) return "a token consists of letters, digits and -._~+/=";
  return std::nullopt;
}

} // namespace

const text_rule any_text{"text", check_text};
const text_rule path_text{"path", check_path};
const text_rule data_folder{"path", check_folder};
const text_rule listen_address{"address", check_listen};
const text_rule remote_address{"address", check_remote};
const text_rule curve_key{"CURVE key", check_curve_key};
const text_rule time_zone{"time zone", check_zone};
const text_rule optional_zone{"time zone", check_optional_zone};
const text_rule http_url{"URL", check_url};
const text_rule file_prefix{"text", check_file_prefix};
const text_rule host_pattern{"host pattern", check_host_pattern};
const text_rule interface_name{"interface", check_interface};
const text_rule node_name{"text", check_node_name};
const text_rule script_title{"title", check_not_empty};
const text_rule token_text{"text", check_token};

} // namespace remora::config
