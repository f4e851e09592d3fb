#include "config/expand.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

const environment_map variables{{"A", "alpha"},     {"EMPTY", ""}, {"N", "25"},     {"TRICK", "${A}"},
                                {"YAML", "{x: 1}"}, {"ID", "007"}, {"YES", "true"}, {"BAD", "\xFF"}};

result<std::string> few_files(const std::string& path) {
  if (path == "/token") return "s3cret\n";
  if (path == "/two") return "a\nb\n\n";
  if (path == "/binary") return std::string("a\0b", 3);
  return no_files(path);
}

std::string expanded(const std::string& text) {
  expander e{variables, few_files};
  const auto out = e.expand_text(text);
  return out ? *out : "error: " + out.error().message;
}

TEST(Expansion, PutsInVariablesDefaultsAndFiles) {
  struct row {
    const char* text;
    const char* becomes;
  };
  for (const row& r : {row{"${A}", "alpha"},
                       {"x${A}y${N}z", "xalphay25z"},
                       {"${EMPTY}", ""},
                       {"${NONE:-b}", "b"},
                       {"${NONE:-}", ""},
                       {"${EMPTY:-b}", "b"},
                       {"${A:-b}", "alpha"},
                       {"${NONE:-a:-b}", "a:-b"},
                       {"${file:/token}", "s3cret"},
                       {"${file:/two}", "a\nb\n"}}) {
    EXPECT_EQ(expanded(r.text), r.becomes) << r.text;
  }
}

TEST(Expansion, LeavesOtherDollarsAlone) {
  for (const char* text : {"$", "$A", "$$", "a$", "{A}", "$ {A}", "cost: $5"})
    EXPECT_EQ(expanded(text), text);
}

TEST(Expansion, IsEscapedByDoublingTheDollar) {
  EXPECT_EQ(expanded("$${A}"), "${A}");
  EXPECT_EQ(expanded("$$${A}"), "$${A}");
  EXPECT_EQ(expanded("$${A}${A}"), "${A}alpha");
}

TEST(Expansion, IsNeverExpandedAgain) { EXPECT_EQ(expanded("${TRICK}"), "${A}"); }

TEST(Expansion, RefusesWhatItDoesNotKnow) {
  struct row {
    const char* text;
    const char* contains;
  };
  for (const row& r : {row{"${NONE}", "`NONE` is not set; set it, or give a default as in ${NAME:-default}"},
                       {"${A", "without its `}`"},
                       {"${}", "is no expansion"},
                       {"${1A}", "is no expansion"},
                       {"${A B}", "is no expansion"},
                       {"${A-b}", "is no expansion"},
                       {"${A:b}", "is no expansion"},
                       {"${A:-${N}}", "inside a `${...}`"},
                       {"${file:token}", "absolute path"},
                       {"${file:}", "absolute path"},
                       {"${file:/none}", "No such file"},
                       {"${file:/binary}", "no UTF-8 text"},
                       {"${BAD}", "no UTF-8 text"}}) {
    EXPECT_NE(expanded(r.text).find(r.contains), std::string::npos) << expanded(r.text);
  }
}

TEST(Expansion, IsLimitedInAll) {
  const environment_map large{{"BIG", std::string(1u << 20, 'x')}};
  expander e{large, few_files};
  EXPECT_TRUE(e.expand_text("${BIG}${BIG}${BIG}"));
  EXPECT_TRUE(e.expand_text("${BIG}"));
  EXPECT_FALSE(e.expand_text("${BIG}"));
}

TEST(Expansion, ReachesEveryValueOfAFileButNoKey) {
  const settings s =
      loaded("scripting:\n  sources: [\"${A}\"]\n  env: {\"${A}\": [{x: \"${A}\"}]}\n", {}, variables);
  EXPECT_EQ(s.scripting.sources, text_list{"alpha"});
  EXPECT_EQ(to_json(s.scripting.env), R"({"${A}":[{"x":"alpha"}]})");
}

TEST(Expansion, LeavesTheCodeOfInlineScriptsAlone) {
  const settings s = loaded("scripting:\n  scripts:\n    a b: var x = '${A} ${NONE}';\n", {}, variables);
  ASSERT_EQ(s.scripting.scripts.size(), 1u);
  EXPECT_EQ(s.scripting.scripts[0].code, "var x = '${A} ${NONE}';");
}

TEST(Expansion, ReachesTypedSettings) {
  EXPECT_EQ(loaded("scripting: {limits: {queue: \"${Q}\"}}", {}, {{"Q", "4096"}}).scripting.limits.queue,
            4096);
  EXPECT_EQ(loaded("hub:\n  data: /x/${A}\n", {}, variables).hub.data, "/x/alpha");
}

TEST(Expansion, ReachesSetAndTheEnvironment) {
  EXPECT_EQ(loaded("", {"hub.data=/${A}"}, variables).hub.data, "/alpha");
  EXPECT_EQ(loaded("", {}, {{"A", "x"}, {"REMORA_HUB__DATA", "/${A}"}}).hub.data, "/x");
}

TEST(Expansion, IsNeverParsedAsYaml) {
  EXPECT_EQ(to_json(loaded("scripting:\n  env:\n    A: ${YAML}\n", {}, variables).scripting.env),
            R"({"A":"{x: 1}"})");
}

TEST(Expansion, BecomesANumberOrBooleanOnlyWhenUnquotedAndNothingIsLost) {
  const environment_map more{
      {"N", "25"},  {"F", "-0.5"},    {"YES", "true"}, {"ID", "007"}, {"LONG", "12345678901234567890"},
      {"E", "1e3"}, {"NULL", "null"}, {"EMPTY", ""},   {"UP", "TRUE"}};
  const settings s = loaded(
      "scripting:\n  env:\n    n: ${N}\n    q: \"${N}\"\n    f: ${F}\n    yes: ${YES}\n    id: ${ID}\n"
      "    long: ${LONG}\n    e: ${E}\n    none: ${NULL}\n    empty: ${EMPTY}\n    up: ${UP}\n"
      "    part: ${N}0\n",
      {}, more);
  EXPECT_EQ(to_json(s.scripting.env),
            R"({"n":25,"q":"25","f":-0.5,"yes":true,"id":"007",)"
            R"("long":"12345678901234567890","e":"1e3","none":"null","empty":"","up":"TRUE",)"
            R"("part":250})");
}

TEST(Expansion, SaysWhereAVariableIsMissing) {
  EXPECT_EQ(error_of("hub:\n  data: ${NOWHERE}\n"),
            "a.yaml:2:9: the environment variable `NOWHERE` is not set; set it, or give a default as in "
            "${NAME:-default}");
}

} // namespace
} // namespace remora::config
