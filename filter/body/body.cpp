#include "filter/body/body.hpp"

#include <cstddef>
#include <utility>

#include "filter/body/base64.hpp"
#include "filter/tree.hpp"

namespace remora::filter {

using nlohmann::json;

namespace {

constexpr std::size_t max_levels = 200;

std::optional<json> parse_json(std::string_view text) {
  if (!is_text_nested_at_most(text, max_levels)) return std::nullopt;
  json tree = json::parse(text, nullptr, false);
  if (tree.is_discarded()) return std::nullopt;
  return tree;
}

} // namespace

std::optional<json_body> read_json_body(std::string_view text) {
  if (const auto bytes = decode_base64(text))
    if (auto tree = parse_json(*bytes)) return json_body{*std::move(tree), true};
  if (auto tree = parse_json(text)) return json_body{*std::move(tree), false};
  return std::nullopt;
}

std::string write_json_body(const json_body& body) {
  std::string text = body.tree.dump(-1, ' ', false, json::error_handler_t::replace);
  return body.base64 ? encode_base64(text) : text;
}

std::optional<xml_body> read_xml_body(std::string_view text) {
  if (auto bytes = decode_base64(text))
    if (auto document = xml_document::parse(*std::move(bytes))) return xml_body{*std::move(document), true};
  if (auto document = xml_document::parse(std::string{text})) return xml_body{*std::move(document), false};
  return std::nullopt;
}

std::optional<std::string> write_xml_body(const xml_body& body, const json& changed,
                                          std::string_view replacement) {
  auto text = body.document.rewritten(changed, replacement);
  if (text && body.base64) return encode_base64(*text);
  return text;
}

} // namespace remora::filter
