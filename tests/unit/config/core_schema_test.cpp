#include "config/core_schema.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "support.hpp"

namespace remora::config {
namespace {

TEST(PlainScalar, IsWhatYaml12Says) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  struct row {
    const char* text;
    value meaning;
  };
  for (const row& r : {row{"", nullptr},
                       {"~", nullptr},
                       {"null", nullptr},
                       {"NULL", nullptr},
                       {"nUll", "nUll"},
                       {"true", true},
                       {"True", true},
                       {"FALSE", false},
                       {"tRue", "tRue"},
                       {"yes", "yes"},
                       {"no", "no"},
                       {"on", "on"},
                       {"off", "off"},
                       {"y", "y"},
                       {"NO", "NO"},
                       {"0", 0},
                       {"5", 5},
                       {"-5", -5},
                       {"+5", 5},
                       {"0123", 123},
                       {"1.5", 1.5},
                       {"1.", 1},
                       {".5", 0.5},
                       {"1e3", 1000},
                       {"-1.5E-2", -0.015},
                       {"0x1F", 31},
                       {"0o17", 15},
                       {"1e-999", 0.0},
                       {"1e999", infinity},
                       {".inf", infinity},
                       {"-.INF", -infinity},
                       {"", nullptr},
                       {".", "."},
                       {"-", "-"},
                       {"+", "+"},
                       {"1_000", "1_000"},
                       {"0x", "0x"},
                       {"-0x1F", "-0x1F"},
                       {"0b1", "0b1"},
                       {"0o8", "0o8"},
                       {"1e", "1e"},
                       {"e5", "e5"},
                       {"1.2.3", "1.2.3"},
                       {"1 2", "1 2"},
                       {"--1", "--1"},
                       {"5s", "5s"},
                       {"12:30", "12:30"},
                       {"2024-01-01", "2024-01-01"},
                       {"inf", "inf"},
                       {"nan", "nan"},
                       {"infinity", "infinity"},
                       {"1e5e5", "1e5e5"}}) {
    EXPECT_EQ(resolve_plain(r.text), r.meaning) << r.text;
  }
  EXPECT_TRUE(std::isnan(*resolve_plain(".NaN").number()));
}

TEST(Env, HasTheTypesOfTheYaml) {
  const settings s = loaded(R"(scripting:
  env:
    URL: https://hooks.slack.example/T0
    BATCH: 25
    QUOTED: "10"
    ON: true
    NO: no
    NONE: ~
    EMPTY: ""
    LIST: [1, two, {three: 3}]
    MAP: {deep: {deeper: [null]}}
    "VAR-1": x
    KEY: |
      line 1
      line 2
)");
  EXPECT_EQ(
      to_json(s.scripting.env),
      R"({"URL":"https://hooks.slack.example/T0","BATCH":25,"QUOTED":"10","ON":true,"NO":"no","NONE":null,)"
      R"("EMPTY":"","LIST":[1,"two",{"three":3}],"MAP":{"deep":{"deeper":[null]}},"VAR-1":"x",)"
      R"("KEY":"line 1\nline 2\n"})");
}

TEST(Env, IsAnEmptyMapUnlessSomethingIsThere) {
  for (const char* text : {"", "scripting:\n", "scripting:\n  env:\n", "scripting: {env: {}}"})
    EXPECT_EQ(to_json(loaded(text).scripting.env), "{}") << text;
}

TEST(Env, RefusesNumbersThatNoMessageCanCarry) {
  for (const char* text : {".inf", "-.inf", ".nan", "1e999"}) {
    EXPECT_EQ(error_of("scripting: {env: {A: " + std::string{text} + "}}"),
              "a.yaml:1:22: not a number that scripts can receive; quote it to make it a text");
  }
}

TEST(Env, WarnsAboutNumbersThatLoseDigits) {
  for (const char* text : {"0123", "+5", "12345678901234567890"}) {
    const auto outcome = load("scripting: {env: {A: " + std::string{text} + "}}");
    EXPECT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.warnings.size(), 1u) << text;
  }
  EXPECT_TRUE(load("scripting: {env: {A: 123, B: -5, C: \"0123\", D: 1.50}}").warnings.empty());
}

} // namespace
} // namespace remora::config
