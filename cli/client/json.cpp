#include "cli/client/json.hpp"

namespace remora::client {

std::optional<json> parse_json(std::string_view text) {
  constexpr int most_levels = 100;
  bool too_deep = false;
  const auto shallow = [&too_deep](int depth, json::parse_event_t, const json&) {
    too_deep = too_deep || depth > most_levels;
    return !too_deep;
  };
  json out = json::parse(text.begin(), text.end(), shallow, false);
  if (out.is_discarded() || too_deep) return std::nullopt;
  return out;
}

std::string to_text(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

const json& member_of(const json& from, std::string_view member) {
  static const json none;
  if (!from.is_object()) return none;
  const auto found = from.find(std::string{member});
  return found == from.end() ? none : *found;
}

std::string text_of(const json& from, std::string_view member) {
  const json& found = member_of(from, member);
  return found.is_string() ? found.get<std::string>() : std::string{};
}

double number_of(const json& from, std::string_view member) {
  const json& found = member_of(from, member);
  return found.is_number() ? found.get<double>() : 0;
}

bool flag_of(const json& from, std::string_view member) {
  const json& found = member_of(from, member);
  return found.is_boolean() && found.get<bool>();
}

const json& list_of(const json& from, std::string_view member) {
  static const json none = json::array();
  const json& found = member_of(from, member);
  return found.is_array() ? found : none;
}

std::optional<timestamp> time_of(const json& from, std::string_view member) {
  return parse_rfc3339(text_of(from, member));
}

} // namespace remora::client
