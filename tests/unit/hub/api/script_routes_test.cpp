#include "api_fixture.hpp"

namespace remora::hub::test {
namespace {

using http::method;
using nlohmann::json;
using testing::HasSubstr;

class ScriptRoutes : public Api {
 protected:
  ScriptRoutes() {
    hub.all_scripts = {make_script("dns", "// dns\n", 3), make_script("a/b c", "// odd\n", 5)};
    hub.newest_generation = 5;
  }
  http::response put(const std::string& title, const json& body, http::fields headers = {}) {
    return call(method::put, "/api/v1/scripts/" + title, body.dump(), std::move(headers));
  }
};

TEST_F(ScriptRoutes, ListsScriptsWithoutTheirCode) {
  const auto list = read("/api/v1/scripts");
  EXPECT_EQ(list["generation"], 5);
  EXPECT_TRUE(list["next"].is_null());
  ASSERT_EQ(list["items"].size(), 2U);
  std::string hash;
  for (int byte = 0; byte < 32; ++byte)
    hash += "ab";
  EXPECT_EQ(list["items"][0], (json{{"index", 3},
                                    {"title", "dns"},
                                    {"hash", hash},
                                    {"active", true},
                                    {"origin", "api"},
                                    {"file", ""},
                                    {"version", 3},
                                    {"created", "1970-01-01T00:00:01.000000000Z"},
                                    {"changed", "1970-01-01T00:00:02.000000000Z"},
                                    {"bytes", 7}}));
}

TEST_F(ScriptRoutes, ListsScriptsWithTheirCodeWhenAsked) {
  EXPECT_EQ(read("/api/v1/scripts?code=true")["items"][1]["code"], "// odd\n");
  EXPECT_FALSE(read("/api/v1/scripts?code=false")["items"][1].contains("code"));
}

TEST_F(ScriptRoutes, ShowsAScriptWithItsETag) {
  const auto answer = get("/api/v1/scripts/dns");
  EXPECT_EQ(json::parse(answer.body)["code"], "// dns\n");
  EXPECT_EQ(header(answer, "ETag"), "\"3\"");
}

TEST_F(ScriptRoutes, TakesAnyCharacterInATitle) {
  EXPECT_EQ(read("/api/v1/scripts/a%2Fb%20c")["title"], "a/b c");
}

TEST_F(ScriptRoutes, SaysThatAScriptHasNotChanged) {
  const auto answer = get("/api/v1/scripts/dns", {{"If-None-Match", "\"3\""}});
  EXPECT_EQ(answer.status, 304U);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(get("/api/v1/scripts/dns", {{"If-None-Match", "\"2\""}}).status, 200U);
}

TEST_F(ScriptRoutes, SaysWhichScriptIsNotThere) {
  EXPECT_THAT(detail(get("/api/v1/scripts/nope"), 404), HasSubstr("nope"));
}

TEST_F(ScriptRoutes, StoresANewScriptWith201) {
  const auto answer = put("new", {{"code", "// new\n"}});
  EXPECT_EQ(answer.status, 201U);
  EXPECT_EQ(header(answer, "ETag"), "\"6\"");
  expect_schema(answer, method::put, "/api/v1/scripts/new");
  EXPECT_EQ(json::parse(answer.body)["active"], true);
  EXPECT_EQ(hub.all_scripts.back().code, "// new\n");
}

TEST_F(ScriptRoutes, ReplacesAScriptWith200) {
  EXPECT_EQ(put("dns", {{"code", "// dns 2\n"}, {"active", false}}).status, 200U);
  EXPECT_EQ(hub.all_scripts.front().code, "// dns 2\n");
  EXPECT_FALSE(hub.all_scripts.front().active);
}

TEST_F(ScriptRoutes, KeepsWhereAScriptCameFrom) {
  const auto answer = put("new", {{"code", "// new\n"}, {"file", "skripte/häufig neu.js"}});
  EXPECT_EQ(answer.status, 201U);
  EXPECT_EQ(json::parse(answer.body)["file"], "skripte/häufig neu.js");
  EXPECT_EQ(json::parse(answer.body)["origin"], "api");
  EXPECT_EQ(read("/api/v1/scripts/new")["file"], "skripte/häufig neu.js");
}

TEST_F(ScriptRoutes, ForgetsWhereAScriptCameFromWhenItIsReplacedByOneFromNowhere) {
  put("dns", {{"code", "// dns\n"}, {"file", "dns.js"}});
  put("dns", {{"code", "// dns 2\n"}});
  EXPECT_EQ(read("/api/v1/scripts/dns")["file"], "");
}

TEST_F(ScriptRoutes, NeverOpensTheFileThatAScriptIsSaidToBeOf) {
  EXPECT_EQ(put("new", {{"code", "// mine\n"}, {"file", "/etc/passwd"}}).status, 201U);
  EXPECT_EQ(read("/api/v1/scripts/new")["code"], "// mine\n");
}

TEST_F(ScriptRoutes, TakesAPathOfTheLongestLength) {
  const std::string longest(max_script_file_bytes, 'x');
  EXPECT_EQ(put("dns", {{"code", "// x\n"}, {"file", longest}}).status, 200U);
  EXPECT_THAT(detail(put("dns", {{"code", "// y\n"}, {"file", longest + "x"}}), 400),
              HasSubstr("1025 bytes"));
}

TEST_F(ScriptRoutes, TellsLineAndColumnOfWhatIsNotValid) {
  const auto answer = put("dns", {{"code", "oops"}});
  EXPECT_THAT(detail(answer, 422), HasSubstr("unexpected token"));
  EXPECT_EQ(json::parse(answer.body)["line"], 3);
  EXPECT_EQ(json::parse(answer.body)["column"], 7);
}

struct precondition {
  const char* name;
  const char* title;
  http::fields headers;
  unsigned status;
};
class ScriptPreconditions : public ScriptRoutes, public testing::WithParamInterface<precondition> {};

TEST_P(ScriptPreconditions, AreHeldByWriting) {
  EXPECT_EQ(put(GetParam().title, {{"code", "// x\n"}}, GetParam().headers).status, GetParam().status);
}

TEST_P(ScriptPreconditions, LeaveTheScriptsAloneWhenTheyFail) {
  const auto before = hub.newest_generation;
  put(GetParam().title, {{"code", "// x\n"}}, GetParam().headers);
  EXPECT_EQ(hub.newest_generation, GetParam().status == 412 ? before : before + 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, ScriptPreconditions,
    testing::Values(precondition{"SameVersion", "dns", {{"If-Match", "\"3\""}}, 200},
                    precondition{"OneOfSeveral", "dns", {{"If-Match", "\"1\", \"3\""}}, 200},
                    precondition{"OtherVersion", "dns", {{"If-Match", "\"2\""}}, 412},
                    precondition{"AnyVersion", "dns", {{"If-Match", "*"}}, 200},
                    precondition{"AnyVersionOfNone", "new", {{"If-Match", "*"}}, 412},
                    precondition{"AVersionOfNone", "new", {{"If-Match", "\"3\""}}, 412},
                    precondition{"NoneAndThereIsNone", "new", {{"If-None-Match", "*"}}, 201},
                    precondition{"NoneAndThereIsOne", "dns", {{"If-None-Match", "*"}}, 412},
                    precondition{"NotThisVersion", "dns", {{"If-None-Match", "\"3\""}}, 412},
                    precondition{"NotThatVersion", "dns", {{"If-None-Match", "\"2\""}}, 200}),
    [](const auto& at) { return at.param.name; });

TEST_F(ScriptRoutes, Answers412WhenSomebodyElseWasQuicker) {
  hub.before_put = [this] { hub.all_scripts.front().version = 99; };
  EXPECT_EQ(put("dns", {{"code", "// x\n"}}, {{"If-Match", "\"3\""}}).status, 412U);
}

TEST_F(ScriptRoutes, Answers412WhenSomebodyElseCreatedItFirst) {
  hub.before_put = [this] { hub.all_scripts.push_back(make_script("new", "// theirs\n", 9)); };
  EXPECT_EQ(put("new", {{"code", "// x\n"}}, {{"If-None-Match", "*"}}).status, 412U);
  EXPECT_EQ(hub.all_scripts.back().code, "// theirs\n");
}

TEST_F(ScriptRoutes, PassesAConflictThatNobodyAskedAboutOnAs409) {
  hub.fail_with(error{errc::conflict, "busy"});
  EXPECT_EQ(get("/api/v1/scripts/dns").status, 409U);
}

TEST_F(ScriptRoutes, RemovesAScript) {
  const auto answer = call(method::remove, "/api/v1/scripts/dns");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(hub.all_scripts.size(), 1U);
  EXPECT_EQ(call(method::remove, "/api/v1/scripts/dns").status, 404U);
}

TEST_F(ScriptRoutes, KeepsAScriptThatChangedSinceItWasRead) {
  EXPECT_EQ(call(method::remove, "/api/v1/scripts/dns", {}, {{"If-Match", "\"1\""}}).status, 412U);
  EXPECT_EQ(hub.all_scripts.size(), 2U);
}

TEST_F(ScriptRoutes, ActivatesAndDeactivates) {
  const auto off = call(method::post, "/api/v1/scripts/dns/deactivate");
  EXPECT_EQ(off.status, 200U);
  EXPECT_EQ(json::parse(off.body)["active"], false);
  const auto on = call(method::post, "/api/v1/scripts/dns/activate");
  EXPECT_EQ(json::parse(on.body)["active"], true);
  EXPECT_EQ(header(on, "ETag"), "\"7\"");
  expect_schema(on, method::post, "/api/v1/scripts/dns/activate");
}

TEST_F(ScriptRoutes, ChecksAScriptWithoutStoringIt) {
  const auto answer = call(method::post, "/api/v1/scripts/check", R"({"code":"// fine\n"})");
  EXPECT_EQ(answer.body, R"({"ok":true})");
  EXPECT_EQ(hub.last_check.title, "fine");
  EXPECT_EQ(hub.newest_generation, 5U);
  EXPECT_EQ(call(method::post, "/api/v1/scripts/check", R"({"code":"oops","title":"x"})").status, 422U);
  EXPECT_EQ(hub.last_check.title, "x");
}

TEST_F(ScriptRoutes, ReachesAScriptWhoseTitleIsAWordOfTheApi) {
  hub.all_scripts.push_back(make_script("check", "// check\n", 7));
  EXPECT_EQ(read("/api/v1/scripts/check")["title"], "check");
}

TEST_F(ScriptRoutes, SaysHowAScriptFaresOnEachNode) {
  script_on_node failed;
  failed.node = "n1";
  failed.node_up = true;
  failed.known = true;
  failed.state.condition = script_condition::failed;
  failed.state.error = "dns.js:1:2: no";
  failed.state.since = at_second(9);
  failed.running.emplace().bytes.fill(0x01);
  failed.totals.hook_calls = 7;
  script_on_node silent;
  silent.node = "n2";
  hub.states["dns"] = {failed, silent};
  const auto status = read("/api/v1/scripts/dns/status");
  EXPECT_EQ(status["title"], "dns");
  EXPECT_EQ(status["items"][0]["state"], "failed");
  EXPECT_EQ(status["items"][0]["running_hash"].get<std::string>().substr(0, 4), "0101");
  EXPECT_EQ(status["items"][0]["hook_calls"], 7);
  EXPECT_EQ(status["items"][1]["state"], "waiting");
  EXPECT_TRUE(status["items"][1]["wanted_hash"].is_null());
  const auto all = read("/api/v1/script-status");
  EXPECT_EQ(all["items"][0]["title"], "dns");
  EXPECT_EQ(all["items"][0]["nodes"], status["items"]);
}

TEST_F(ScriptRoutes, ShowsEnvAsTheHubMasksIt) {
  EXPECT_EQ(read("/api/v1/env"), json::object());
  hub.env = value::map{{"TOKEN", "***"}};
  EXPECT_EQ(read("/api/v1/env"), (json{{"TOKEN", "***"}}));
}

TEST_F(ScriptRoutes, ServesTheShippedExamples) {
  const auto list = read("/api/v1/examples");
  ASSERT_GE(list["items"].size(), 5U);
  const auto has = [&](const char* text) { return list.dump().find(text) != std::string::npos; };
  EXPECT_TRUE(has("onPacketCaptured"));
  for (const auto& one : list["items"])
    EXPECT_NE(one["title"], "");
}

struct bad_body {
  const char* name;
  const char* body;
  const char* says;
};
class ScriptBodies : public ScriptRoutes, public testing::WithParamInterface<bad_body> {};

TEST_P(ScriptBodies, AreRefusedWithWhatIsWrong) {
  EXPECT_THAT(detail(call(method::put, "/api/v1/scripts/dns", GetParam().body), 400),
              HasSubstr(GetParam().says));
  EXPECT_EQ(hub.newest_generation, 5U);
}

INSTANTIATE_TEST_SUITE_P(
    All, ScriptBodies,
    testing::Values(
        bad_body{"Empty", "", "no JSON"}, bad_body{"NoJson", "{\"code\"", "no JSON"},
        bad_body{"NoObject", "[\"code\"]", "must be an object"},
        bad_body{"NoCode", "{}", "no member \"code\""},
        bad_body{"CodeIsNull", R"({"code":null})", "\"code\" of the body must be a text"},
        bad_body{"ActiveIsAWord", R"({"code":"","active":"yes"})", "\"active\" of the body must be"},
        bad_body{"FileIsANumber", R"({"code":"","file":7})", "\"file\" of the body must be a text"},
        bad_body{"FileHasANewLine", R"({"code":"","file":"a\nb.js"})", "control character"},
        bad_body{"FileHasAnEscape", R"({"code":"","file":"\u001b[2J.js"})", "control character"},
        bad_body{"FileHasANul", R"({"code":"","file":"a\u0000.js"})", "control character"},
        bad_body{"FileHasADelete", R"({"code":"","file":"a\u007f.js"})", "control character"},
        bad_body{"Mistyped", R"({"code":"","activ":true})", "did you mean \"active\"?"},
        bad_body{"OfAnotherRoute", R"({"code":"","title":"x"})", "\"title\""},
        bad_body{"Twice", R"({"code":"a","code":"b"})", "twice"}),
    [](const auto& at) { return at.param.name; });

} // namespace
} // namespace remora::hub::test
