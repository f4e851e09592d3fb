#include "http/etag.hpp"

#include "http/ascii.hpp"

namespace remora::http {

namespace {

bool is_weak(std::string_view tag) noexcept { return tag.substr(0, 2) == "W/"; }
std::string_view without_weakness(std::string_view tag) noexcept {
  return is_weak(tag) ? tag.substr(2) : tag;
}

/// Tags made by make_etag() hold no comma, so a comma always separates.
template <class Matches>
bool any_of_tags(std::string_view list, const Matches& matches) {
  bool found = false;
  for_each_element(list, [&](std::string_view one) {
    found = matches(one);
    return !found;
  });
  return found;
}

} // namespace

std::string make_etag(std::string_view version) {
  std::string out = "\"";
  for (const char c : version) {
    const bool plain = c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != ',';
    out += plain ? c : '_';
  }
  out += '"';
  return out;
}

precondition check_if_match(const request& asked, std::string_view current) {
  const auto wanted = asked.header("If-Match");
  if (!wanted) return precondition::absent;
  if (current.empty()) return precondition::fails;
  if (trimmed(*wanted) == "*") return precondition::holds;
  const bool found =
      any_of_tags(*wanted, [&](std::string_view one) { return !is_weak(one) && one == current; });
  return found ? precondition::holds : precondition::fails;
}

bool is_not_modified(const request& asked, std::string_view current) {
  const auto known = asked.header("If-None-Match");
  if (!known || current.empty()) return false;
  if (trimmed(*known) == "*") return true;
  return any_of_tags(
      *known, [&](std::string_view one) { return without_weakness(one) == without_weakness(current); });
}

} // namespace remora::http
