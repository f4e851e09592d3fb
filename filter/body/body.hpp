#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "filter/body/xml.hpp"

/// Bodies inside records: text that is JSON or XML, or base64 of it.
namespace remora::filter {

/// A JSON body. Refused when it is nested more than 200 levels.
struct json_body {
  nlohmann::json tree;
  bool base64 = false;
};
std::optional<json_body> read_json_body(std::string_view text);

/// As JSON text again, in base64 if it was. Members come in the order of their names.
std::string write_json_body(const json_body& body);

/// An XML body.
struct xml_body {
  xml_document document;
  bool base64 = false;
};
std::optional<xml_body> read_xml_body(std::string_view text);

/// Its text with values replaced; see xml_document::rewritten().
std::optional<std::string> write_xml_body(const xml_body& body, const nlohmann::json& changed,
                                          std::string_view replacement);

} // namespace remora::filter
