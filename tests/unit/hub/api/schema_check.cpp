#include "schema_check.hpp"

#include <regex>
#include <set>

#include "base/time.hpp"

namespace remora::hub::test {

namespace {

using nlohmann::json;

bool is_of(const std::string& type, const json& document) {
  if (type == "null") return document.is_null();
  if (type == "boolean") return document.is_boolean();
  if (type == "integer") return document.is_number_integer();
  if (type == "number") return document.is_number();
  if (type == "string") return document.is_string();
  if (type == "array") return document.is_array();
  return type == "object" && document.is_object();
}

bool has_type(const json& types, const json& document) {
  if (types.is_string()) return is_of(types, document);
  for (const auto& type : types)
    if (is_of(type, document)) return true;
  return false;
}

std::string object_difference(const json& schema, const json& document, const std::string& at) {
  const auto properties = schema.value("properties", json::object());
  for (const auto& name : schema.value("required", json::array()))
    if (!document.contains(name)) return at + '.' + std::string{name} + " is missing";
  for (const auto& [name, content] : document.items()) {
    if (properties.contains(name)) {
      if (auto found = difference(properties.at(name), content, at + '.' + name); !found.empty())
        return found;
    } else if (!schema.value("additionalProperties", true)) {
      return at + '.' + name + " is not in the schema";
    }
  }
  return {};
}

std::string keyword_difference(const std::string& keyword, const json& rule, const json& schema,
                               const json& document, const std::string& at) {
  const auto unless = [&](bool holds) {
    return holds ? std::string{} : at + ": " + keyword + " does not hold";
  };
  if (keyword == "type") return unless(has_type(rule, document));
  if (keyword == "enum") return unless(std::find(rule.begin(), rule.end(), document) != rule.end());
  if (keyword == "minimum") return unless(!document.is_number() || document >= rule);
  if (keyword == "maximum") return unless(!document.is_number() || document <= rule);
  if (keyword == "pattern") {
    return unless(!document.is_string() ||
                  std::regex_search(std::string{document}, std::regex{std::string{rule}}));
  }
  if (keyword == "format") {
    return unless(rule == "date-time" && (!document.is_string() || parse_rfc3339(std::string{document})));
  }
  if (keyword == "anyOf") {
    for (const auto& one : rule)
      if (difference(one, document, at).empty()) return {};
    return unless(false);
  }
  if (keyword == "items") {
    if (!document.is_array()) return {};
    for (std::size_t i = 0; i < document.size(); ++i) {
      auto found = difference(rule, document[i], at + '[' + std::to_string(i) + ']');
      if (!found.empty()) return found;
    }
    return {};
  }
  if (keyword == "properties") return document.is_object() ? object_difference(schema, document, at) : "";
  if (keyword == "required" || keyword == "additionalProperties" || keyword == "examples") return {};
  return at + ": the check does not know the keyword " + keyword;
}

} // namespace

std::string difference(const json& schema, const json& document, const std::string& at) {
  for (const auto& [keyword, rule] : schema.items()) {
    if (auto found = keyword_difference(keyword, rule, schema, document, at); !found.empty()) return found;
  }
  return {};
}

} // namespace remora::hub::test
