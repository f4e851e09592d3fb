#include "api_fixture.hpp"

#include <stdexcept>

#include "http/target.hpp"
#include "schema_check.hpp"

namespace remora::hub::test {

using nlohmann::json;

http::router::found Api::find(http::method verb, const std::string& target, http::request& into) {
  auto parsed = http::parse_target(target);
  if (!parsed) throw std::runtime_error(target + ": " + parsed.error().message);
  auto found = routes.find(verb, parsed->segments, false);
  if (!found.matched) throw std::runtime_error("no route for " + target);
  into.verb = verb;
  into.path = parsed->path;
  into.parameters = found.parameters;
  into.query = parsed->query;
  return found;
}

http::response Api::call(http::method verb, const std::string& target, std::string body,
                         http::fields headers) {
  http::request asked;
  const auto found = find(verb, target, asked);
  asked.headers = std::move(headers);
  asked.body = std::move(body);
  return std::get<http::blocking_handler>(found.matched->handler)(asked);
}

void Api::expect_schema(const http::response& answer, http::method verb, const std::string& target) {
  http::request asked;
  const auto found = find(verb, target, asked);
  EXPECT_EQ(difference(json::parse(found.matched->answer_schema), json::parse(answer.body)), "")
      << answer.body;
}

json Api::read(const std::string& target) {
  const auto answer = get(target);
  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(answer.content_type, "application/json");
  expect_schema(answer, http::method::get, target);
  return json::parse(answer.body);
}

std::string Api::detail(const http::response& answer, unsigned status) {
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_EQ(answer.content_type, "application/problem+json");
  return json::parse(answer.body).value("detail", "");
}

std::string Api::header(const http::response& answer, const std::string& name) {
  for (const auto& [key, content] : answer.headers)
    if (key == name) return content;
  return "";
}

} // namespace remora::hub::test
