#include "http/request.hpp"

#include <algorithm>
#include <array>

#include "http/ascii.hpp"

namespace remora::http {

namespace {
// In the order of the enum.
constexpr std::array<std::string_view, 7> method_names{"GET",   "HEAD",   "POST",   "PUT",
                                                       "PATCH", "DELETE", "OPTIONS"};
} // namespace

std::string_view to_string(method verb) noexcept { return method_names[static_cast<std::size_t>(verb)]; }

std::optional<method> parse_method(std::string_view name) noexcept {
  const auto* found = std::find(method_names.begin(), method_names.end(), name);
  if (found == method_names.end()) return std::nullopt;
  return static_cast<method>(found - method_names.begin());
}

bool is_mutating(method verb) noexcept {
  return verb != method::get && verb != method::head && verb != method::options;
}

std::string_view request::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

std::optional<std::string_view> request::query_value(std::string_view name) const noexcept {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<std::string_view> request::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) return value;
  return std::nullopt;
}

} // namespace remora::http
