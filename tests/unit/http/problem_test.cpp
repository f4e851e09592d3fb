#include "http/problem.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "http/responder.hpp"

namespace remora::http {
namespace {

using nlohmann::json;

request asked_for(const std::string& path, fields headers = {}) {
  request out;
  out.path = path;
  out.headers = std::move(headers);
  out.id = 77;
  return out;
}

TEST(Problem, HasTheMembersOfItsStandard) {
  const auto answer = problem(404, "no script is called \"a\"", "/scripts/a");
  EXPECT_EQ(answer.status, 404u);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(json::parse(answer.body), (json{{"type", "about:blank"},
                                            {"title", "Not Found"},
                                            {"status", 404},
                                            {"detail", "no script is called \"a\""},
                                            {"instance", "/scripts/a"}}));
}

TEST(Problem, MayQuoteWhatIsNoText) { EXPECT_TRUE(json::accept(problem(400, "\xff\xfe\x01").body)); }

TEST(Problem, TellsEachKindOfErrorByItsStatus) {
  const std::pair<errc, unsigned> kinds[] = {
      {errc::not_found, 404},         {errc::conflict, 409},       {errc::invalid_usage, 400},
      {errc::invalid_script, 422},    {errc::invalid_filter, 400}, {errc::store_full, 507},
      {errc::permission_denied, 403}, {errc::too_large, 413},      {errc::window_full, 503},
      {errc::store_damaged, 500},     {errc::io_failed, 500},      {errc::invalid_config, 500}};
  for (const auto& [code, status] : kinds) {
    EXPECT_EQ(problem_from({code, "why"}, asked_for("/a")).status, status) << to_string(code);
  }
}

TEST(Problem, CallsAConflictAFailedPreconditionWhenOneWasSet) {
  EXPECT_EQ(problem_from({errc::conflict, "changed"}, asked_for("/a", {{"if-match", "\"1\""}})).status, 412u);
}

TEST(Problem, SaysWhereAScriptIsWrong) {
  const auto read = [](const char* message) {
    return json::parse(problem_from({errc::invalid_script, message}, asked_for("/a")).body);
  };
  EXPECT_EQ(read("dns.js:3:14: unexpected token")["line"], 3);
  EXPECT_EQ(read("dns.js:3:14: unexpected token")["column"], 14);
  EXPECT_EQ(read("a:b.js:3:14: unexpected token")["line"], 3) << "a title may hold a colon";
  EXPECT_FALSE(read("dns.js: is no text").contains("line"));
  EXPECT_FALSE(read("at 12:30").contains("line"));
  EXPECT_FALSE(read("a:99999999999999999999:1: x").contains("line"));
}

TEST(Problem, KeepsTheInsidesOfAFailureToTheLog) {
  const auto answer = problem_from({errc::store_damaged, "/var/lib/remora/hub.db: page 7"}, asked_for("/a"));
  EXPECT_THAT(answer.body, ::testing::Not(::testing::HasSubstr("hub.db")));
  EXPECT_THAT(answer.body, ::testing::HasSubstr("77"));
}

class noting_sink final : public responder::sink {
 public:
  explicit noting_sink(std::vector<unsigned>& into) : into_{into} {}
  void deliver(response&& answer) override { into_.push_back(answer.status); }

 private:
  std::vector<unsigned>& into_;
};

TEST(Responder, DeliversTheFirstAnswerOnly) {
  std::vector<unsigned> got;
  const responder one{std::make_unique<noting_sink>(got)};
  const responder copy = one;
  EXPECT_FALSE(one.answered());
  EXPECT_TRUE(copy.answer(no_content()));
  EXPECT_FALSE(one.answer(text_response("late")));
  EXPECT_TRUE(one.answered());
  EXPECT_THAT(got, ::testing::ElementsAre(204u));
}

TEST(Responder, AnswersByItselfWhenEverybodyForgotIt) {
  std::vector<unsigned> got;
  { const responder one{std::make_unique<noting_sink>(got)}; }
  EXPECT_THAT(got, ::testing::ElementsAre(500u));
}

} // namespace
} // namespace remora::http
