#include "config/scripts/last_good_scripts.hpp"

#include <filesystem>
#include <functional>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace remora::config {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LastGoodScripts : public testing::Test {
 protected:
  LastGoodScripts() {
    scripting_.source = "scripts";
    remora::test::working_folder::write("scripts/a.js", "var a = 1;");
    remora::test::working_folder::write("scripts/b.js", "var b = 1;");
  }
  static void write(const std::string& name, const std::string& content) {
    remora::test::working_folder::write(name, content);
  }
  /// "title: code" of each script there is now.
  std::vector<std::string> now() {
    last_ = scripts_.read(scripting_);
    std::vector<std::string> out;
    for (const script_source& script : last_.scripts)
      out.push_back(script.title + ": " + script.code);
    return out;
  }
  std::string only_error() const {
    EXPECT_THAT(last_.errors, SizeIs(1));
    return last_.errors.empty() ? "" : last_.errors.front().message;
  }

  remora::test::working_folder folder_;
  scripting_settings scripting_;
  int judged_ = 0;
  last_good_scripts scripts_{[this](const script_source& script) -> result<void> {
    ++judged_;
    if (script.code.find("bad") == std::string::npos) return {};
    return fail(errc::invalid_script, script.file + ":1:1: bad");
  }};
  script_set last_;
};

TEST_F(LastGoodScripts, AreWhatTheConfigurationNames) {
  scripting_.scripts = {{"inline", "var c;"}};
  EXPECT_THAT(now(), ElementsAre("a: var a = 1;", "b: var b = 1;", "inline: var c;"));
  EXPECT_THAT(scripts_.kept(), IsEmpty());
}

TEST_F(LastGoodScripts, FollowWhatIsWrittenMadeAndDeleted) {
  now();
  write("scripts/a.js", "var a = 2;");
  write("scripts/c.js", "var c = 1;");
  fs::remove("scripts/b.js");
  EXPECT_THAT(now(), ElementsAre("a: var a = 2;", "c: var c = 1;"));
  EXPECT_THAT(last_.errors, IsEmpty());
}

TEST_F(LastGoodScripts, KeepTheGoodOneWhenItsFileTurnsBad) {
  now();
  write("scripts/a.js", "bad");
  write("scripts/b.js", "var b = 2;");
  EXPECT_THAT(now(), ElementsAre("a: var a = 1;", "b: var b = 2;"));
  EXPECT_EQ(only_error(), "scripts/a.js:1:1: bad");
  EXPECT_THAT(scripts_.kept(), ElementsAre("scripts/a.js"));
  EXPECT_THAT(now(), ElementsAre("a: var a = 1;", "b: var b = 2;")) << "and still the next time";
  write("scripts/a.js", "var a = 3;");
  EXPECT_THAT(now(), ElementsAre("a: var a = 3;", "b: var b = 2;"));
  EXPECT_THAT(last_.errors, IsEmpty());
  EXPECT_THAT(scripts_.kept(), IsEmpty());
}

TEST_F(LastGoodScripts, LeaveOutAFileThatWasNeverGood) {
  write("scripts/a.js", "bad");
  EXPECT_THAT(now(), ElementsAre("b: var b = 1;"));
  EXPECT_EQ(only_error(), "scripts/a.js:1:1: bad");
  EXPECT_THAT(scripts_.kept(), IsEmpty());
}

TEST_F(LastGoodScripts, ForgetAFileThatIsDeletedWhileItIsBad) {
  now();
  write("scripts/a.js", "bad");
  now();
  fs::remove("scripts/a.js");
  EXPECT_THAT(now(), ElementsAre("b: var b = 1;"));
  write("scripts/a.js", "bad");
  EXPECT_THAT(now(), ElementsAre("b: var b = 1;")) << "a new file has no past";
}

TEST_F(LastGoodScripts, KeepTheGoodOneWhenItsFileCannotBeRead) {
  const std::vector<std::pair<std::string, std::function<void()>>> mishaps{
      {"too large", [] { write("scripts/a.js", std::string(max_script_bytes + 1, ' ')); }},
      {"no such file", // the link is there, what it leads to is not
       [] {
         fs::remove("scripts/a.js");
         fs::create_symlink("nowhere.js", "scripts/a.js");
       }},
      {"not a file", [] {
         fs::remove("scripts/a.js");
         ASSERT_EQ(::mkfifo("scripts/a.js", 0600), 0);
       }}};
  for (const auto& [why, mishap] : mishaps) {
    fs::remove("scripts/a.js");
    write("scripts/a.js", "var a = 1;");
    now();
    mishap();
    EXPECT_THAT(now(), ElementsAre("a: var a = 1;", "b: var b = 1;")) << why;
    EXPECT_THAT(only_error(), HasSubstr(why));
  }
}

TEST_F(LastGoodScripts, StayWhenTheirFolderIsGone) {
  now();
  fs::rename("scripts", "aside");
  EXPECT_THAT(now(), ElementsAre("a: var a = 1;", "b: var b = 1;"));
  EXPECT_EQ(only_error(), "scripts: there is no such file or folder");
  EXPECT_THAT(now(), SizeIs(2)) << "and still the next time";
  fs::create_directory("scripts");
  EXPECT_THAT(now(), IsEmpty()) << "an empty folder has none";
}

TEST_F(LastGoodScripts, GoWhenTheirFolderIsNoLongerNamed) {
  now();
  scripting_.source = "";
  EXPECT_THAT(now(), IsEmpty());
  scripting_.source = "scripts";
  write("scripts/a.js", "bad");
  EXPECT_THAT(now(), ElementsAre("b: var b = 1;"));
}

TEST_F(LastGoodScripts, GoWhenTheirOwnFileIsDeleted) {
  scripting_.source = "";
  scripting_.sources = {"scripts/a.js"};
  now();
  fs::remove("scripts/a.js");
  EXPECT_THAT(now(), IsEmpty());
  EXPECT_EQ(only_error(), "scripts/a.js: there is no such file or folder");
}

TEST_F(LastGoodScripts, KeepAnInlineScriptThatTurnsBad) {
  scripting_.source = "";
  scripting_.scripts = {{"scripts/a.js", "var c = 1;"}};
  now();
  scripting_.scripts = {{"scripts/a.js", "bad"}};
  EXPECT_THAT(now(), ElementsAre("scripts/a.js: var c = 1;"));
  scripting_.source = "scripts";
  scripting_.scripts = {};
  EXPECT_THAT(now(), ElementsAre("a: var a = 1;", "b: var b = 1;")) << "a file is something else";
}

TEST_F(LastGoodScripts, AreJudgedOnceForEachText) {
  now();
  now();
  EXPECT_EQ(judged_, 2);
  write("scripts/a.js", "bad");
  now();
  now();
  EXPECT_EQ(judged_, 3);
  EXPECT_EQ(only_error(), "scripts/a.js:1:1: bad") << "but the error is said each time";
  write("scripts/a.js", "var a = 1;");
  now();
  EXPECT_EQ(judged_, 3) << "the text that was good before";
}

TEST_F(LastGoodScripts, KeepTheRulesAboutTitles) {
  write("scripts/a.js", "// same\nvar a;");
  now();
  write("scripts/a.js", "bad");
  write("scripts/b.js", "// same\nvar b;");
  EXPECT_THAT(now(), ElementsAre("same: // same\nvar b;"));
  EXPECT_THAT(last_.warnings, ElementsAre(HasSubstr("both have the title")));
}

TEST(LastGoodScriptsByThemselves, RefuseWhatIsNoText) {
  const remora::test::working_folder folder;
  remora::test::working_folder::write("scripts/a.js", std::string{"var a;\0", 7});
  last_good_scripts scripts;
  scripting_settings scripting;
  scripting.source = "scripts";
  const auto set = scripts.read(scripting);
  EXPECT_THAT(set.scripts, IsEmpty());
  ASSERT_THAT(set.errors, SizeIs(1));
  EXPECT_THAT(set.errors[0].message, HasSubstr("scripts/a.js:1:7: a NUL byte"));
}

} // namespace
} // namespace remora::config
