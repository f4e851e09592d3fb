#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

TEST(LegacyNames, TapScriptingIsScripting) {
  const auto outcome = load("tap:\n  scripting:\n    source: ./agents\n");
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  EXPECT_EQ(outcome.value.scripting.source, "./agents");
  EXPECT_THAT(outcome.warnings,
              testing::ElementsAre("a.yaml:2:3: `tap.scripting` is an old name; write `scripting`"));
}

TEST(LegacyNames, TheNewNameWins) {
  const settings s = loaded("tap: {scripting: {source: ./old, active: [a]}}\nscripting: {source: ./new}\n");
  EXPECT_EQ(s.scripting.source, "./new");
  EXPECT_EQ(s.scripting.active, text_list{"a"});
}

TEST(LegacyNames, NothingElseOfTapIsKnown) {
  EXPECT_EQ(error_of("tap: {regex: x, scripting: {source: ./s}}"), "a.yaml:1:1: unknown key `tap`");
}

TEST(LegacyNames, ConstsIsEnvWhenThereIsNoEnv) {
  const auto outcome = load("scripting: {consts: {A: 1}}");
  EXPECT_EQ(to_json(outcome.value.scripting.env), R"({"A":1})");
  EXPECT_EQ(outcome.warnings.size(), 1u);
}

TEST(LegacyNames, ConstsIsNotReadBesideEnv) {
  const auto outcome = load("scripting: {consts: {A: 1}, env: {B: 2}}");
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(to_json(outcome.value.scripting.env), R"({"B":2})");
  EXPECT_EQ(outcome.warnings.size(), 1u);
}

TEST(LegacyNames, WorkInSetToo) {
  const auto outcome = load("", {"tap.scripting.source=./agents", "scripting.consts.A=1"});
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  EXPECT_EQ(outcome.value.scripting.source, "./agents");
  EXPECT_EQ(to_json(outcome.value.scripting.env), R"({"A":1})");
  EXPECT_EQ(outcome.warnings.size(), 2u);
}

TEST(LegacyNames, CustomMacrosAreMacrosOfTheFilter) {
  const auto outcome = load("tap:\n  customMacros:\n    https: tls and http\n");
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  EXPECT_EQ(outcome.value.filter.macros, (filter_macros{{"https", "tls and http"}}));
  EXPECT_THAT(outcome.warnings,
              testing::ElementsAre("a.yaml:2:3: `tap.customMacros` is an old name; write `filter.macros`"));
}

TEST(LegacyNames, CustomMacrosAreNotReadBesideMacros) {
  const auto outcome = load("tap: {customMacros: {a: x}}\nfilter: {macros: {b: y}}");
  EXPECT_EQ(outcome.value.filter.macros, (filter_macros{{"b", "y"}}));
  EXPECT_EQ(outcome.warnings.size(), 1u);
}

TEST(LegacyNames, CustomMacrosFillAnEmptyFilterSection) {
  const settings s = loaded("filter:\ntap: {customMacros: {a: x}}");
  EXPECT_EQ(s.filter.macros, (filter_macros{{"a", "x"}}));
}

TEST(LegacyNames, CustomMacrosWorkInSetToo) {
  const auto outcome = load("", {"tap.customMacros.slow=elapsedTime > 1000"});
  EXPECT_THAT(messages(outcome), testing::IsEmpty());
  EXPECT_EQ(outcome.value.filter.macros, (filter_macros{{"slow", "elapsedTime > 1000"}}));
}

} // namespace
} // namespace remora::config
