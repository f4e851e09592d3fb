// Scripts that cannot run: each is refused with file, place and reason before anything starts.

#include <cctype>

#include <gmock/gmock.h>

#include "protocol/script_source.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct bad_script {
  const char* name;
  std::string code;
  std::vector<std::string> says; ///< After "remora: FILE".

  friend void PrintTo(const bad_script& script, std::ostream* to) { *to << script.name; }
};

/// "too large" as the name of a test: "TooLarge".
std::string name_of(const ::testing::TestParamInfo<bad_script>& given) {
  std::string out;
  bool begins = true;
  for (const char* c = given.param.name; *c != '\0'; ++c) {
    const bool usable = std::isalnum(static_cast<unsigned char>(*c)) != 0;
    if (usable) out += static_cast<char>(begins ? std::toupper(static_cast<unsigned char>(*c)) : *c);
    begins = !usable;
  }
  return out;
}

class BadScript : public ::testing::TestWithParam<bad_script> {
 protected:
  work_folder folder_;
  std::string file_ = folder_.file("bad.js", GetParam().code);
  std::string capture_ = folder_.file("traffic.pcap", steady_capture(3, second_ns));
};

TEST_P(BadScript, EndsTheRunWithStatus2BeforeItStarts) {
  const auto run = remora({"run", file_, "-r", capture_});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("remora: " + file_ + GetParam().says.front()));
  for (const std::string& part : GetParam().says)
    EXPECT_THAT(run.err, HasSubstr(part));
  EXPECT_THAT(run.err, Not(HasSubstr("packets  "))) << "there is no summary of a run that never began";
}

TEST_P(BadScript, IsFoundByTheCheckToo) {
  const auto check = remora({"scripts", "check", file_});
  EXPECT_EQ(check.status, 2);
  EXPECT_THAT(check.out, IsEmpty());
  for (const std::string& part : GetParam().says)
    EXPECT_THAT(check.err, HasSubstr(part));
}

std::string schedule(const std::string& cron) {
  return "\n\njobs.schedule(\"j\", \"" + cron + "\", function () {});\n";
}

INSTANTIATE_TEST_SUITE_P(
    Language, BadScript,
    ::testing::Values(bad_script{"prose", "This is not JavaScript.\n", {":1:6: "}},
                      bad_script{"half", "var a = 1;\nfunction f() {\n  return a;\n", {":4:1: "}},
                      bad_script{"let", "var a;\n\n  let b = 1;\n", {":3:3: ", "ES5", "var"}},
                      bad_script{"const", "const a = 1;\n", {":1:1: ", "ES5", "var"}},
                      bad_script{"arrow", "var f = (a) => a;\n", {":1:", "ES5", "function"}},
                      bad_script{"template", "var s = `text`;\n", {":1:9: ", "ES5"}},
                      bad_script{"class", "class A {}\n", {":1:1: ", "ES5"}},
                      bad_script{
                          "throws", "var a = 1;\nthrow new Error('not here');\n", {":", "Error: not here"}},
                      bad_script{"throws text", "throw 'workers only';\n", {":", "workers only"}},
                      bad_script{"undefined", "\nmissing();\n", {":2", "missing"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Text, BadScript,
    ::testing::Values(bad_script{"too large",
                                 std::string(5u << 20, '\n'),
                                 {": ", std::to_string(max_script_bytes) + " bytes"}},
                      bad_script{"NUL", std::string{"var a;\nvar\0b;\n", 14}, {":2:4: ", "NUL"}},
                      bad_script{"Latin-1", "var a = 'caf\xE9';\n", {":1:13: ", "UTF-8"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Schedules, BadScript,
    ::testing::Values(
        bad_script{"second", schedule("60 * * * * *"), {":3", "field 1 (second)", "0-59"}},
        bad_script{"minute", schedule("0 61 * * * *"), {":3", "field 2 (minute)"}},
        bad_script{"hour", schedule("0 0 24 * * *"), {":3", "field 3 (hour)"}},
        bad_script{"day", schedule("0 0 0 32 * *"), {":3", "field 4 (day of month)"}},
        bad_script{"month", schedule("0 0 0 1 13 *"), {":3", "field 5 (month)"}},
        bad_script{"weekday", schedule("0 0 0 * * MOM"), {":3", "field 6 (day of week)"}},
        bad_script{"four", schedule("* * * *"), {":3", "it has 4 fields"}},
        bad_script{"step", schedule("*/0 * * * * *"), {":3", "field 1 (second)", "step 0"}},
        bad_script{"backwards", schedule("0 30-10 * * * *"), {":3", "field 2 (minute)", "backwards"}},
        bad_script{"never", schedule("0 0 0 31 2 *"), {":3", "never matches"}},
        bad_script{"empty", schedule(""), {":3", "it is empty"}},
        bad_script{"descriptor", schedule("@dayly"), {":3", "unknown descriptor"}},
        bad_script{"no function", "jobs.schedule('j', '@daily', 42);\n", {":1", "task", "function"}},
        bad_script{"no tag", "jobs.schedule('', '@daily', function () {});\n", {":1", "tag"}}),
    name_of);

class BadPath : public ::testing::Test {
 protected:
  work_folder folder_;
  std::string capture_ = folder_.file("traffic.pcap", steady_capture(3, second_ns));
};

TEST_F(BadPath, NamesEveryScriptThatDoesNotLoad) {
  const auto first = folder_.file("1.js", "let a;");
  const auto good = folder_.file("2.js", "");
  const auto third = folder_.file("3.js", "throw 'no';");
  const auto run = remora({"run", first, good, third, "-r", capture_});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr(first + ":1:1: "), HasSubstr(third + ":"), Not(HasSubstr(good))));
}

TEST_F(BadPath, SaysThatAFileIsMissing) {
  const auto run = remora({"run", folder_.path("nowhere.js"), "-r", capture_});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("nowhere.js: there is no such file or folder"));
}

TEST_F(BadPath, SaysThatAFolderHasNoScripts) {
  folder_.file("empty/readme.txt", "");
  const auto run = remora({"run", folder_.path("empty"), "-r", capture_});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("no scripts in this folder"));
}

TEST_F(BadPath, TakesAnEmptyFileForAScriptThatDoesNothing) {
  const auto run = remora({"run", folder_.file("empty.js", std::string{}), "-r", capture_});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("packets         3 "));
}

TEST_F(BadPath, TakesAByteOrderMarkAtTheStartOfAFile) {
  const auto run =
      remora({"run", folder_.file("bom.js", "\xEF\xBB\xBF// x\nconsole.log('ok');"), "-r", capture_});
  EXPECT_EQ(run.out, "ok\n") << run.err;
}

TEST_F(BadPath, SaysWhichSettingDoesNotExist) {
  const auto script = folder_.file("a.js", "");
  const auto config = folder_.file("c.yaml", "scripting:\n  limits:\n    turns: 1s\n");
  const auto run = remora({"run", script, "-r", capture_, "--config", config});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("remora: " + config + ":3:5: unknown key"));
  EXPECT_THAT(run.err, HasSubstr("did you mean `scripting.limits.turn`?"));
}

} // namespace
} // namespace remora::test
