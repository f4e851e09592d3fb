#include "http/openapi.hpp"

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "http/ascii.hpp"

namespace remora::http {

namespace {

using json = nlohmann::ordered_json;

json parsed(const std::string& schema) { return schema.empty() ? json::object() : json::parse(schema); }

/// "/files/{rest*}" as the document writes it, and the names in it.
struct documented_path {
  std::string text;
  std::vector<std::string> names;
};

documented_path documented(const std::string& pattern) {
  documented_path out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') continue;
    out.text += pattern[i];
    if (pattern[i] == '{') out.names.push_back(pattern.substr(i + 1, pattern.find_first_of("*}", i) - i - 1));
  }
  return out;
}

/// "get_api_v1_scripts_title": unique because method and path are.
std::string operation_id(const route& one) {
  std::string out = is_websocket(one) ? "websocket" : lower_case(to_string(one.verb));
  for (const char c : documented(one.path).text) {
    if (c == '{' || c == '}') continue;
    out += c == '/' || c == '-' || c == '.' ? '_' : c;
  }
  return out;
}

const char* role_name(access needs) {
  switch (needs) {
    case access::none:
      return nullptr;
    case access::viewer:
      return "viewer";
    case access::editor:
      return "editor";
    case access::admin:
      return "admin";
  }
  return nullptr;
}

json parameters_of(const route& one) {
  json out = json::array();
  for (const auto& name : documented(one.path).names) {
    out.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  for (const auto& parameter : one.query) {
    out.push_back({{"name", parameter.name},
                   {"in", "query"},
                   {"description", parameter.summary},
                   {"required", parameter.required},
                   {"schema", parsed(parameter.schema)}});
  }
  return out;
}

json responses_of(const route& one) {
  json success{{"description", is_websocket(one) ? "The WebSocket is open" : "Done"}};
  if (one.success != 204 && !is_websocket(one))
    success["content"] = {{one.answer_type, {{"schema", parsed(one.answer_schema)}}}};
  json out;
  out[std::to_string(one.success)] = std::move(success);
  out["default"] = {{"$ref", "#/components/responses/problem"}};
  return out;
}

json operation_of(const route& one) {
  json out;
  out["operationId"] = operation_id(one);
  out["summary"] = one.summary;
  if (const char* role = role_name(one.needs)) {
    out["security"] = json::array({{{"token", json::array()}}});
    out["x-role"] = role;
  } else {
    out["security"] = json::array();
  }
  if (json parameters = parameters_of(one); !parameters.empty()) out["parameters"] = std::move(parameters);
  if (one.body.max_bytes > 0) {
    const std::string type = one.body.content_type == "*" ? "*/*" : one.body.content_type;
    out["requestBody"] = {{"required", one.body.required},
                          {"content", {{type, {{"schema", parsed(one.body.schema)}}}}}};
    out["x-max-body-bytes"] = one.body.max_bytes;
  }
  out["responses"] = responses_of(one);
  if (!one.also_at.empty()) out["x-also-at"] = one.also_at;
  return out;
}

/// A path that is both a plain GET and a WebSocket has one operation "get" in OpenAPI: the WebSocket goes
/// beside.
void place(json& paths, const route& one) {
  json& item = paths[documented(one.path).text];
  if (!is_websocket(one)) {
    item[lower_case(to_string(one.verb))] = operation_of(one);
  } else {
    item["x-websocket"] = operation_of(one);
  }
}

void place_lonely_websockets(json& paths) {
  for (auto& item : paths)
    if (item.contains("x-websocket") && !item.contains("get")) item["get"] = item["x-websocket"];
}

json components() {
  json problem_schema = {{"type", "object"},
                         {"required", {"type", "title", "status", "detail"}},
                         {"properties",
                          {{"type", {{"type", "string"}}},
                           {"title", {{"type", "string"}}},
                           {"status", {{"type", "integer"}}},
                           {"detail", {{"type", "string"}}},
                           {"instance", {{"type", "string"}}},
                           {"line", {{"type", "integer"}}},
                           {"column", {{"type", "integer"}}}}}};
  json problem_answer = {
      {"description", "What went wrong (RFC 9457)"},
      {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/problem"}}}}}}}};
  return {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
          {"schemas", {{"problem", std::move(problem_schema)}}},
          {"responses", {{"problem", std::move(problem_answer)}}}};
}

} // namespace

std::string openapi_document(const router& routes, const api_description& about) {
  json paths = json::object();
  for (const auto& one : routes.routes())
    if (one.documented) place(paths, one);
  place_lonely_websockets(paths);
  json out;
  out["openapi"] = "3.1.0";
  out["info"] = {{"title", about.title}, {"version", about.version}};
  out["paths"] = std::move(paths);
  out["components"] = components();
  return out.dump(2, ' ', false, json::error_handler_t::replace);
}

void add_openapi_route(router& routes, const api_description& about) {
  const auto document = std::make_shared<std::string>();
  route one = prompt_route(method::get, "/openapi.json", access::none, "This document",
                           [document](const request&) { return json_response(*document); });
  routes.add(std::move(one));
  *document = openapi_document(routes, about);
}

} // namespace remora::http
