#include "api_fixture.hpp"

#include <optional>
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

namespace {

/// What a handler that may answer later has answered by the time it returns, a stream as a body.
http::response answer_of(const http::later_handler& handler, const http::request& asked) {
  class keep final : public http::responder::sink {
   public:
    explicit keep(std::optional<http::response>& in) : in_{in} {}
    void deliver(http::response&& answer) override { in_ = std::move(answer); }

   private:
    std::optional<http::response>& in_;
  };
  std::optional<http::response> answer;
  handler(asked, http::responder{std::make_unique<keep>(answer)});
  if (!answer) throw std::runtime_error("no answer to " + asked.path);
  while (answer->stream) {
    const auto piece = answer->stream->next();
    if (!piece) {
      answer->body += "[cut off]";
      break;
    }
    if (piece->empty()) break;
    answer->body += *piece;
  }
  return std::move(*answer);
}

} // namespace

http::response Api::call(http::method verb, const std::string& target, std::string body,
                         http::fields headers) {
  http::request asked;
  const auto found = find(verb, target, asked);
  asked.headers = std::move(headers);
  asked.body = std::move(body);
  if (const auto* at_once = std::get_if<http::blocking_handler>(&found.matched->handler))
    return (*at_once)(asked);
  return answer_of(std::get<http::later_handler>(found.matched->handler), asked);
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
