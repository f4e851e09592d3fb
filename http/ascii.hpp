#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace remora::http {

/// Names of headers, hosts and schemes are compared without regard to the case of ASCII letters, whatever the
/// locale.
constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

inline std::string lower_case(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

/// Without blanks and tabs at its ends.
inline std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Calls `each` with every element of a comma-separated header (RFC 9110 5.6.1), trimmed, until it returns
/// false.
template <class Each>
void for_each_element(std::string_view list, const Each& each) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view one = trimmed(list.substr(0, comma));
    if (!one.empty() && !each(one)) return;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
}

} // namespace remora::http
