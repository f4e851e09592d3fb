#include "script/analysis/analyser.hpp"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace remora::script {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

script_outline outline_of(const std::string& code) {
  script_source source;
  source.file = "a.js";
  source.code = code;
  auto outline = analyse(source, std::chrono::seconds{10});
  EXPECT_TRUE(outline) << (outline ? "" : outline.error().message);
  return outline.value_or(script_outline{});
}

std::optional<std::vector<std::string>> fields_of(const std::string& body) {
  return outline_of("var kept; function onPacketCaptured(info) {" + body + "}").packet_fields;
}

TEST(Analyser, FindsNamesThatAreAssignedAndNeverDeclared) {
  EXPECT_THAT(
      outline_of("a = 1; function f() { b = 2; c++; var d = 3; d = 4; for (e in {}) {} } var g; g = 1;")
          .undeclared,
      UnorderedElementsAre("a", "b", "c", "e"));
}

TEST(Analyser, KnowsParametersCatchVariablesAndHoisting) {
  EXPECT_THAT(
      outline_of("function f(p) { p = 1; try {} catch (x) { x = 1; } h = 2; if (p) { var h; } f = 3; }"
                 "var g = function named() { named = 1; };")
          .undeclared,
      IsEmpty());
}

TEST(Analyser, TellsWhetherAScriptCanSeeOthers) {
  EXPECT_FALSE(outline_of("jobs.schedule('t', '@hourly', function () { console.log(1); });").uses_shared);
  for (const char* code :
       {"this.x = 1;", "function f() { return this; }", "jobs.list();", "var j = jobs;", "eval('1');",
        "new Function('return this')();", "with ({}) {}", "jobs['run']('x');"}) {
    EXPECT_TRUE(outline_of(code).uses_shared) << code;
  }
}

TEST(Analyser, FindsTheMembersThatThePacketHookReads) {
  EXPECT_THAT(*fields_of("kept = info.length + info.timestamp;"),
              UnorderedElementsAre("length", "timestamp"));
  EXPECT_THAT(*fields_of("if (info.timestamp.substr(0, 4) === '2023') kept = 1;"), ElementsAre("timestamp"));
  EXPECT_THAT(*fields_of(""), IsEmpty());
  EXPECT_THAT(*outline_of("var onPacketCaptured = function () {};").packet_fields, IsEmpty());
}

TEST(Analyser, AssumesNothingOfAHookThatDoesMoreWithItsArgument) {
  for (const char* body : {"kept = info;",
                           "kept(info);",
                           "kept = [info];",
                           "return info;",
                           "info.length = 1;",
                           "delete info.length;",
                           "info.length++;",
                           "kept = info['length'];",
                           "for (var k in info) {}",
                           "kept = arguments[0];",
                           "eval('');",
                           "kept = function () { return info.length; };",
                           "info.toString();",
                           "info = null;",
                           "var info;",
                           "function info() {}",
                           "with (info) {}",
                           "kept = info.__proto__;",
                           "for (info.length in {}) {}",
                           "throw info;",
                           "kept = {a: info};",
                           "kept = info || 1;",
                           "typeof info;"}) {
    EXPECT_EQ(fields_of(body), std::nullopt) << body;
  }
}

TEST(Analyser, AssumesNothingOfAHookThatCanBeAnother) {
  EXPECT_EQ(
      outline_of("function onPacketCaptured(i) {} function onPacketCaptured(i) { k = i; }").packet_fields,
      std::nullopt);
  EXPECT_EQ(outline_of("function onPacketCaptured(i) {} onPacketCaptured = 1;").packet_fields, std::nullopt);
  EXPECT_EQ(outline_of("var onPacketCaptured = make();").packet_fields, std::nullopt);
  EXPECT_EQ(outline_of("if (a) { function onPacketCaptured(i) { k = i; } }").packet_fields, std::nullopt);
}

TEST(Analyser, IsNotConfusedByNamesFromTheObjectPrototype) {
  EXPECT_THAT(
      outline_of("toString = 1; hasOwnProperty = 2; var valueOf; valueOf = 3; __proto__ = 4;").undeclared,
      UnorderedElementsAre("toString", "hasOwnProperty", "__proto__"));
}

TEST(Analyser, SaysWhatIsNotEs5AndWhere) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"const a = 1;", "a.js:1:1: const: "},
      {"var a = `x`;", "a.js:1:9: template literals: "},
      {"class A {}", "a.js:1:1: classes: "},
      {"for (var x of y) {}", "a.js:1:1: for...of: "},
      {"f(...a);", "a.js:1:3: spread (...): "},
      {"var {a} = b;", "a.js:1:5: destructuring: "},
      {"function f(a = 1) {}", "a.js:1:12: default values of parameters: "},
      {"a?.b;", "a.js:1:1: optional chaining (?.): "},
      {"async function f() {}", "a.js:1:1: async functions: "},
      {"import x from 'y';", "a.js:1:1: import: "},
      {"var a = {b() {}};", "a.js:1:10: short object members: "},
  };
  for (const auto& [code, expected] : cases) {
    script_source source;
    source.file = "a.js";
    source.code = code;
    const auto outline = analyse(source, std::chrono::seconds{10});
    ASSERT_FALSE(outline) << code;
    EXPECT_EQ(outline.error().message.substr(0, std::string{expected}.size()), expected) << code;
  }
}

TEST(Analyser, SurvivesDeepNesting) {
  script_source source;
  source.file = "a.js";
  source.code = std::string(50'000, '(') + std::string(50'000, ')');
  EXPECT_FALSE(analyse(source, std::chrono::seconds{10}));
  source.code = "var a = 1;";
  EXPECT_TRUE(analyse(source, std::chrono::seconds{10}));
}

} // namespace
} // namespace remora::script
