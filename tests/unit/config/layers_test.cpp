#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

settings layered(const std::string& first, const std::string& second) {
  const auto outcome = load_texts({{"a.yaml", first}, {"b.yaml", second}}, {}, {}, no_files);
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  return outcome.value;
}

TEST(Layers, OverrideFromDefaultToSet) {
  const std::string file = "jobs: {timezone: CET}\n";
  const environment_map environment{{"REMORA_JOBS__TIMEZONE", "EET"}};
  EXPECT_EQ(loaded("").jobs.timezone, "UTC");
  EXPECT_EQ(loaded(file).jobs.timezone, "CET");
  EXPECT_EQ(loaded(file, {}, environment).jobs.timezone, "EET");
  EXPECT_EQ(loaded(file, {"jobs.timezone=WET"}, environment).jobs.timezone, "WET");
}

TEST(Layers, MergeMaps) {
  const settings s =
      layered("hub: {data: /a, http: {listen: \"127.0.0.1:1\"}}", "hub: {http: {insecure: true}}");
  EXPECT_EQ(s.hub.data, "/a");
  EXPECT_EQ(s.hub.http.listen, "127.0.0.1:1");
  EXPECT_TRUE(s.hub.http.insecure);
}

TEST(Layers, MergeEnvDeeply) {
  const settings s =
      layered("scripting: {env: {A: 1, M: {x: 1, y: 2}}}", "scripting: {env: {B: 2, M: {y: 3}}}");
  EXPECT_EQ(to_json(s.scripting.env), R"({"A":1,"M":{"x":1,"y":3},"B":2})");
}

TEST(Layers, MergeInlineScriptsByTitle) {
  const settings s =
      layered("scripting: {scripts: {one: a, two: b}}", "scripting: {scripts: {two: c, three: d}}");
  ASSERT_EQ(s.scripting.scripts.size(), 3u);
  EXPECT_EQ(s.scripting.scripts[1].title, "two");
  EXPECT_EQ(s.scripting.scripts[1].code, "c");
}

TEST(Layers, ReplaceLists) {
  EXPECT_EQ(layered("scripting: {active: [a, b]}", "scripting: {active: [c]}").scripting.active,
            text_list{"c"});
  EXPECT_TRUE(layered("scripting: {active: [a, b]}", "scripting: {active: []}").scripting.active.empty());
}

TEST(Layers, LeaveWhatAnEmptyValueDoesNotSay) {
  const settings s = layered("hub: {data: /a}\njobs: {timezone: CET}\n", "hub:\n  data:\njobs:\n");
  EXPECT_EQ(s.hub.data, "/a");
  EXPECT_EQ(s.jobs.timezone, "CET");
}

TEST(Layers, TakeANullInsideEnvForAValue) {
  EXPECT_EQ(to_json(layered("scripting: {env: {A: 1}}", "scripting: {env: {A: null}}").scripting.env),
            R"({"A":null})");
}

TEST(Layers, AreEachChecked) {
  const auto outcome = load_texts(
      {{"a.yaml", "jobs: {timezone: \"!\"}"}, {"b.yaml", "jobs: {timezone: UTC}"}}, {}, {}, no_files);
  EXPECT_THAT(messages(outcome), testing::ElementsAre(testing::StartsWith("a.yaml:1:18: `jobs.timezone`: ")));
}

TEST(Layers, ReportAnErrorOnce) {
  EXPECT_EQ(error_of("hub: {dta: 1}"), "a.yaml:1:7: unknown key `hub.dta`; did you mean `hub.data`?");
}

TEST(Layers, SayWhatWasSetAndWhere) {
  const auto outcome = load("hub:\n  data: /x\n", {"log.level=debug"}, {{"REMORA_JOBS__TIMEZONE", "CET"}});
  EXPECT_TRUE(outcome.is_set("hub.data"));
  EXPECT_FALSE(outcome.is_set("worker.data"));
  EXPECT_EQ(to_string(outcome.set_at.at("hub.data")), "a.yaml:2:9");
  EXPECT_EQ(to_string(outcome.set_at.at("log.level")), "--set log.level=debug");
  EXPECT_EQ(to_string(outcome.set_at.at("jobs.timezone")), "REMORA_JOBS__TIMEZONE");
}

} // namespace
} // namespace remora::config
