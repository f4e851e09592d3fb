#include "hub/api/routes/schemas.hpp"

namespace remora::hub::schema {

namespace {

std::string in_quotes(std::string_view name) { return '"' + std::string{name} + '"'; }

} // namespace

std::string object(std::initializer_list<member> members) {
  std::string properties;
  std::string required;
  for (const auto& [name, shape] : members) {
    const bool optional = name.back() == '?';
    const auto plain = in_quotes(optional ? name.substr(0, name.size() - 1) : name);
    properties += (properties.empty() ? "" : ",") + plain + ':' + shape;
    if (!optional) required += (required.empty() ? "" : ",") + plain;
  }
  return R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + required +
         R"(],"additionalProperties":false})";
}

std::string list_of(std::string_view element) {
  return R"({"type":"array","items":)" + std::string{element} + '}';
}

std::string page_of(std::string_view element) {
  return object({{"items", list_of(element)}, {"next", text_or_null}});
}

std::string one_of(std::initializer_list<std::string_view> words) {
  std::string all;
  for (const auto word : words)
    all.append(all.empty() ? "" : ",").append(in_quotes(word));
  return R"({"type":"string","enum":[)" + all + "]}";
}

} // namespace remora::hub::schema
