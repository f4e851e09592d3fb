#include <cstdlib>
#include <filesystem>

#include "run_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::worker::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class CheckScripts : public run_test {};

TEST_F(CheckScripts, FindsNothingWrongWithGoodScripts) {
  add_script("function onPacketCaptured() {} this.n = 1;");
  add_script("jobs.schedule('j', '@daily', function () {});");
  EXPECT_THAT(check_scripts(options), IsEmpty());
}

TEST_F(CheckScripts, NamesEveryScriptThatIsWrong) {
  add_script("var a = ;", "one");
  add_script("var fine;", "two");
  add_script("undefinedFunction();", "three");
  const std::vector<error> errors = check_scripts(options);
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_THAT(errors[0].message, StartsWith("one.js:1:"));
  EXPECT_THAT(errors[1].message, StartsWith("three.js:1"));
}

TEST_F(CheckScripts, RunsTheTopLevelAndNoJobOrTimer) {
  // If the job or the timer ran the script would be ended and say so.
  add_script(
      "jobs.schedule('j', '@daily', function () { for (;;) {} }); jobs.run('j');"
      "setTimeout(function () { for (;;) {} }, 1);");
  options.limits.job = std::chrono::minutes{10};
  options.limits.turn = std::chrono::minutes{10};
  EXPECT_THAT(check_scripts(options), IsEmpty());
}

TEST_F(CheckScripts, LetsALaterScriptSeeWhatAnEarlierOneShares) {
  add_script("this.shared = 42;");
  add_script("if (this.shared !== 42) throw new Error('not seen');");
  EXPECT_THAT(check_scripts(options), IsEmpty());
}

TEST_F(CheckScripts, EndsAScriptThatDoesNotComeBackFromLoading) {
  options.limits.load = std::chrono::milliseconds{50};
  add_script("for (;;) {}", "loop");
  const std::vector<error> errors = check_scripts(options);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].message, HasSubstr("loop.js"));
  EXPECT_THAT(errors[0].message, HasSubstr("time"));
}

TEST_F(CheckScripts, HasNothingToSayAboutNoScripts) { EXPECT_THAT(check_scripts(options), IsEmpty()); }

TEST_F(CheckScripts, LetsScriptsUseFilesThatGoAgain) {
  const remora::test::temporary_folder kept;
  const remora::test::temporary_folder scratch;
  ASSERT_EQ(::setenv("TMPDIR", scratch.path().c_str(), 1), 0);
  options.files.folder = kept.path().string();
  add_script("file.delete('out'); file.mkdir('out'); file.write('out/x', '1'); file.tar('out');");
  EXPECT_THAT(check_scripts(options), IsEmpty());
  ::unsetenv("TMPDIR");
  EXPECT_TRUE(std::filesystem::is_empty(kept.path()));
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

} // namespace
} // namespace remora::worker::test
