#include "config/overrides.hpp"

#include <gtest/gtest.h>

#include "config/assign.hpp"
#include "support.hpp"

namespace remora::config {
namespace {

std::string env_of(const std::vector<std::string>& set, const std::string& yaml = "") {
  return to_json(loaded(yaml, set).scripting.env);
}

TEST(Set, SetsOneKey) {
  const settings s = loaded("hub: {data: /a}", {"hub.data=/b", "scripting.limits.memory=128MiB"});
  EXPECT_EQ(s.hub.data, "/b");
  EXPECT_EQ(s.scripting.limits.memory, mib(128));
}

TEST(Set, TakesTheLastOfSeveral) { EXPECT_EQ(loaded("", {"hub.data=/a", "hub.data=/b"}).hub.data, "/b"); }

TEST(Set, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(loaded("", {"worker.capture.filter=tcp[13] = 2"}).worker.capture.filter, "tcp[13] = 2");
}

TEST(Set, TakesTextsAsTheyAre) {
  EXPECT_EQ(loaded("", {"worker.capture.filter=port 80 # not a comment: no"}).worker.capture.filter,
            "port 80 # not a comment: no");
  EXPECT_EQ(loaded("", {"hub.http.listen=[::1]:80"}).hub.http.listen, "[::1]:80");
  EXPECT_EQ(loaded("", {"hub.data=\"/with quotes\""}).hub.data, "/with quotes");
}

TEST(Set, GivesEnvTheTypesOfYaml) {
  EXPECT_EQ(env_of({"scripting.env.N=5"}), R"({"N":5})");
  EXPECT_EQ(env_of({"scripting.env.N=\"5\""}), R"({"N":"5"})");
  EXPECT_EQ(env_of({"scripting.env.N=no"}), R"({"N":"no"})");
  EXPECT_EQ(env_of({"scripting.env.N=null"}), R"({"N":null})");
  EXPECT_EQ(env_of({"scripting.env.N="}), R"({"N":""})");
  EXPECT_EQ(env_of({"scripting.env.N=[1, {a: b}]"}), R"({"N":[1,{"a":"b"}]})");
  EXPECT_EQ(env_of({"scripting.env={A: 1, B: x}"}), R"({"A":1,"B":"x"})");
}

TEST(Set, TakesWhatIsNoYamlForAText) {
  for (const std::string text :
       {"[1, 2", "{a", "[a] b", "\"a\" b", "'", "[&x 1]", "{a: 1}}", "a: b: c", "x\n---\ny", "[]]["})
    EXPECT_EQ(env_of({"scripting.env.N=" + text}), "{\"N\":" + to_json_string(text) + "}") << text;
}

TEST(Set, ReachesIntoEnv) {
  const std::string yaml = "scripting: {env: {M: {a: 1, l: [1, 2]}}}";
  EXPECT_EQ(env_of({"scripting.env.M.b=2"}, yaml), R"({"M":{"a":1,"l":[1,2],"b":2}})");
  EXPECT_EQ(env_of({"scripting.env.M.l[1]=x", "scripting.env.M.l[2].y=z"}, yaml),
            R"({"M":{"a":1,"l":[1,"x",{"y":"z"}]}})");
}

TEST(Set, NamingAListAgainAddsToIt) {
  const settings s =
      loaded("scripting: {sources: [from-file]}", {"scripting.sources=a", "scripting.sources=b"});
  EXPECT_EQ(s.scripting.sources, (text_list{"a", "b"}));
}

TEST(Set, TakesAListAtOnce) {
  EXPECT_EQ(loaded("", {"scripting.sources=[a, b]", "scripting.sources=[c]"}).scripting.sources,
            (text_list{"a", "b", "c"}));
  EXPECT_TRUE(loaded("", {"worker.capture.interfaces=[]"}).worker.capture.interfaces.empty());
  EXPECT_TRUE(loaded("scripting: {active: [a]}", {"scripting.active="}).scripting.active.empty());
}

TEST(Set, AddressesElementsOfLists) {
  const std::string yaml = "scripting: {sources: [a, b]}";
  EXPECT_EQ(loaded(yaml, {"scripting.sources[0]=x"}).scripting.sources, (text_list{"x", "b"}));
  EXPECT_EQ(loaded(yaml, {"scripting.sources[2]=c"}).scripting.sources, (text_list{"a", "b", "c"}));
  EXPECT_EQ(loaded("", {"scripting.sources[0]=x", "scripting.sources[1]=y"}).scripting.sources,
            (text_list{"x", "y"}));
  EXPECT_EQ(error_of(yaml, {"scripting.sources[3]=d"}),
            "--set scripting.sources[3]=d: the list has 2 elements, the next one is [2]");
}

TEST(Set, ReachesIntoTokens) {
  const settings s =
      loaded("", {"hub.http.tokens[0].role=editor", "hub.http.tokens[0].token=0123456789abcdef"});
  ASSERT_EQ(s.hub.http.tokens.size(), 1u);
  EXPECT_EQ(s.hub.http.tokens[0].grants, role::editor);
}

TEST(Set, TakesTheRestOfTheKeyForATitle) {
  const settings s = loaded("", {"scripting.scripts.my script v1.2[x]={ var a = [1]; }"});
  ASSERT_EQ(s.scripting.scripts.size(), 1u);
  EXPECT_EQ(s.scripting.scripts[0].title, "my script v1.2[x]");
  EXPECT_EQ(s.scripting.scripts[0].code, "{ var a = [1]; }");
}

TEST(Set, SetsASectionAndLeavesTheRestOfIt) {
  const settings s = loaded("scripting: {limits: {load: 1s}}", {"scripting.limits={turn: 2s}"});
  EXPECT_EQ(s.scripting.limits.turn, std::chrono::seconds{2});
  EXPECT_EQ(s.scripting.limits.load, std::chrono::seconds{1});
}

TEST(Set, RefusesWhatItCannotPlace) {
  EXPECT_EQ(error_of("", {"hub.data"}), "--set: expected key.path=value");
  EXPECT_EQ(error_of("", {"=x"}), "--set: expected key.path=value");
  EXPECT_EQ(error_of("", {"hub.dta=x"}), "--set hub.dta: unknown key `hub.dta`; did you mean `hub.data`?");
  EXPECT_EQ(error_of("", {"hub..data=x"}), "--set hub..data: a part of the key is empty");
  EXPECT_EQ(error_of("", {"scripting.sources[x]=x"}),
            "--set scripting.sources[x]=x: an element of a list is written key[0], key[1], ...");
  EXPECT_EQ(error_of("", {"scripting.sources[0]y=x"}),
            "--set scripting.sources[0]y=x: after a `]` comes a `.` or a `[`");
  EXPECT_THAT(error_of("", {"hub=x"}),
              testing::HasSubstr("`hub`: expected a map with the keys data, http, link, retention"));
  EXPECT_THAT(error_of("", {"hub.data.x=y"}),
              testing::HasSubstr("`hub.data`: expected a text, this is a map"));
  EXPECT_THAT(error_of("", {"hub.data=\xFF"}), testing::HasSubstr("no UTF-8"));
}

TEST(Set, NamesItselfInErrors) {
  EXPECT_EQ(error_of("", {"scripting.limits.turn=fast"}),
            "--set scripting.limits.turn=fast: `scripting.limits.turn`: expected a duration such as `500ms`, "
            "`10s`, "
            "`5m`, `1h30m` or `7d`, not `fast`");
}

TEST(Path, MayNotBeLong) {
  std::string path = "scripting.env";
  for (int i = 0; i < 70; ++i)
    path += ".a";
  EXPECT_THAT(error_of("", {path + "=1"}), testing::HasSubstr("more than 64 parts"));
}

TEST(Environment, NamesKeysInUpperCaseWithDoubleUnderscores) {
  const settings s = loaded("", {},
                            {{"REMORA_HUB__HTTP__LISTEN", "127.0.0.1:9"},
                             {"REMORA_HUB__LINK__CURVE__SECRET_KEY", std::string(40, 'a')},
                             {"REMORA_TIMEZONE", "CET"}});
  EXPECT_EQ(s.hub.http.listen, "127.0.0.1:9");
  EXPECT_EQ(s.hub.link.curve.secret_key, std::string(40, 'a'));
  EXPECT_EQ(s.timezone, "CET");
}

TEST(Environment, FindsKeysThatAreWrittenWithCapitals) {
  for (const char* name : {"REMORA_SCRIPTING__WATCHSCRIPTS", "REMORA_SCRIPTING__WATCH_SCRIPTS",
                           "REMORA_scripting__watchScripts"}) {
    EXPECT_FALSE(loaded("", {}, {{name, "false"}}).scripting.watch_scripts) << name;
  }
}

TEST(Environment, KeepsTheCaseOfWhatStandsBelowEnv) {
  EXPECT_EQ(to_json(loaded("", {},
                           {{"REMORA_SCRIPTING__ENV__SLACK_url", "5"}, {"REMORA_SCRIPTING__ENV__M__x", "y"}})
                        .scripting.env),
            R"({"M":{"x":"y"},"SLACK_url":5})");
}

TEST(Environment, TakesListsAndTheirElements) {
  EXPECT_EQ(loaded("", {}, {{"REMORA_SCRIPTING__SOURCES", "[a, b]"}}).scripting.sources,
            (text_list{"a", "b"}));
  EXPECT_EQ(loaded("", {}, {{"REMORA_SCRIPTING__SOURCES", "one"}}).scripting.sources, (text_list{"one"}));
  EXPECT_EQ(loaded("", {}, {{"REMORA_SCRIPTING__SOURCES__0", "a"}, {"REMORA_SCRIPTING__SOURCES__1", "b"}})
                .scripting.sources,
            (text_list{"a", "b"}));
}

TEST(Environment, LeavesTheVariablesOfTheCommandLineAlone) {
  EXPECT_TRUE(
      load("", {}, {{"REMORA_HUB", "http://x"}, {"REMORA_TOKEN", "x"}, {"PATH", "/bin"}, {"remora_x", "y"}})
          .ok());
}

TEST(Environment, LeavesTheVariablesOfKubernetesServicesAlone) {
  EXPECT_TRUE(load("", {},
                   {{"REMORA_HUB_SERVICE_HOST", "10.0.0.1"},
                    {"REMORA_HUB_SERVICE_PORT", "8899"},
                    {"REMORA_HUB_SERVICE_PORT_HTTP", "8899"},
                    {"REMORA_HUB_PORT", "tcp://10.0.0.1:8899"},
                    {"REMORA_HUB_PORT_8899_TCP", "tcp://10.0.0.1:8899"},
                    {"REMORA_HUB_PORT_8899_TCP_ADDR", "10.0.0.1"}})
                  .ok());
}

TEST(Environment, RefusesUnknownNames) {
  EXPECT_EQ(error_of("", {}, {{"REMORA_HUB__DTA", "x"}}),
            "REMORA_HUB__DTA: no setting has this name; did you mean REMORA_HUB__DATA?");
  EXPECT_EQ(error_of("", {}, {{"REMORA_HUB_DATA", "x"}}),
            "REMORA_HUB_DATA: no setting has this name; did you mean REMORA_HUB__DATA?");
  for (const char* name :
       {"REMORA_", "REMORA___", "REMORA_HUB__DATA__X", "REMORA_SCRIPTING__SOURCES__X", "REMORA_ZZZ"})
    EXPECT_THAT(error_of("", {}, {{name, "x"}}), testing::StartsWith(name));
}

TEST(Environment, NamesItselfInErrors) {
  EXPECT_EQ(error_of("", {}, {{"REMORA_WORKER__CAPTURE__SNAPLEN", "big"}}),
            "REMORA_WORKER__CAPTURE__SNAPLEN: `worker.capture.snaplen`: expected a whole number from 64 to "
            "262144, not `big`");
}

} // namespace
} // namespace remora::config
