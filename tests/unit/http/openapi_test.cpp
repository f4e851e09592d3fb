#include "http/openapi.hpp"

#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "http/health.hpp"

namespace remora::http {
namespace {

using nlohmann::json;

response nothing(const request&) { return {}; }
websocket_events silence(const request&, websocket) { return {}; }

router sample() {
  router out;
  out.add(livez_route());
  auto put = blocking_route(method::put, "/scripts/{title}", access::editor, "Store a script", nothing);
  put.body = json_body(R"({"type":"object","required":["code"]})", 4096);
  put.answer_schema = R"({"type":"object"})";
  put.success = 201;
  put.also_at = {"/api/scripts/{title}"};
  out.add(put);
  auto items = blocking_route(method::get, "/items", access::viewer, "Items", nothing);
  items.query = {{"query", "A filter", true, R"({"type":"string","maxLength":9})"}};
  out.add(items);
  out.add(websocket_route("/items", access::viewer, "Items as they come", silence));
  out.add(websocket_route("/api/wsFull", access::viewer, "Items", silence));
  auto hidden = blocking_route(method::get, "/{file*}", access::none, "Dashboard", nothing);
  hidden.documented = false;
  out.add(hidden);
  add_openapi_route(out, {"sample", "1.2.3"});
  return out;
}

TEST(OpenApi, DescribesEachDeclaredRouteAndNothingElse) {
  const auto routes = sample();
  const json document = json::parse(openapi_document(routes, {"sample", "1.2.3"}));
  std::set<std::string> declared;
  for (const auto& one : routes.routes())
    if (one.documented) declared.insert(one.path);
  std::set<std::string> described;
  for (const auto& [path, item] : document["paths"].items()) {
    described.insert(path);
  }
  EXPECT_EQ(described, declared);
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
}

TEST(OpenApi, TellsAllThatADeclarationSays) {
  const json document = json::parse(openapi_document(sample(), {"sample", "1"}));
  const json& put = document["paths"]["/scripts/{title}"]["put"];
  EXPECT_EQ(put["summary"], "Store a script");
  EXPECT_EQ(put["x-role"], "editor");
  EXPECT_EQ(put["parameters"][0],
            (json{{"name", "title"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}}));
  EXPECT_EQ(put["requestBody"]["content"]["application/json"]["schema"]["required"][0], "code");
  EXPECT_TRUE(put["responses"].contains("201"));
  EXPECT_EQ(put["responses"]["default"]["$ref"], "#/components/responses/problem");
  EXPECT_EQ(put["x-also-at"][0], "/api/scripts/{title}");
  const json& query = document["paths"]["/items"]["get"]["parameters"][0];
  EXPECT_EQ(query["in"], "query");
  EXPECT_EQ(query["schema"]["maxLength"], 9);
  EXPECT_EQ(document["paths"]["/livez"]["get"]["security"], json::array());
}

TEST(OpenApi, PutsAWebSocketBesideAPlainGet) {
  const json document = json::parse(openapi_document(sample(), {"sample", "1"}));
  const json& both = document["paths"]["/items"];
  EXPECT_EQ(both["get"]["summary"], "Items");
  EXPECT_EQ(both["x-websocket"]["summary"], "Items as they come");
  EXPECT_TRUE(document["paths"]["/api/wsFull"]["get"]["responses"].contains("101"));
}

TEST(OpenApi, GivesEachOperationAnIdOfItsOwn) {
  const json document = json::parse(openapi_document(sample(), {"sample", "1"}));
  std::set<std::string> ids;
  std::size_t operations = 0;
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [verb, operation] : item.items()) {
      if (verb == "x-websocket") continue;
      ++operations;
      ids.insert(operation["operationId"]);
    }
  EXPECT_EQ(ids.size(), operations);
}

} // namespace
} // namespace remora::http
