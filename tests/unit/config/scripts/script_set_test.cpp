#include "config/scripts/script_set.hpp"

#include <filesystem>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"

namespace remora::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ScriptSet : public ::testing::Test {
 protected:
  static void write(const std::string& name, const std::string& content = "") {
    remora::test::working_folder::write(name, content);
  }
  static std::vector<std::string> titles(const script_set& set) {
    std::vector<std::string> out;
    for (const script_source& script : set.scripts)
      out.push_back(script.title);
    return out;
  }
  static std::vector<std::string> messages(const script_set& set) {
    std::vector<std::string> out;
    for (const error& e : set.errors)
      out.push_back(e.message);
    return out;
  }

  remora::test::working_folder folder_;
};

TEST_F(ScriptSet, TakesTheScriptsOfAFolderSortedByName) {
  write("scripts/b.js");
  write("scripts/a.js");
  write("scripts/c.js");
  EXPECT_THAT(titles(read_scripts({"scripts"})), ElementsAre("a", "b", "c"));
}

TEST_F(ScriptSet, NumbersScriptsInTheirOrder) {
  write("b.js");
  write("a.js");
  const auto set = read_scripts({"b.js", "a.js"});
  ASSERT_EQ(set.scripts.size(), 2u);
  EXPECT_EQ(set.scripts[0].file, "b.js");
  EXPECT_EQ(set.scripts[0].index, 0u);
  EXPECT_EQ(set.scripts[1].index, 1u);
}

TEST_F(ScriptSet, SkipsOtherFilesAndSubFolders) {
  write("scripts/a.js");
  write("scripts/README.md");
  write("scripts/.js");
  write("scripts/a.js.bak");
  write("scripts/._a.js");
  std::filesystem::create_symlink("me@here.1:1", "scripts/.#a.js"); // what Emacs makes while it edits
  write("scripts/sub/b.js");
  std::filesystem::create_directory("scripts/folder.js");
  const auto set = read_scripts({"scripts/"});
  EXPECT_THAT(titles(set), ElementsAre("a"));
  EXPECT_EQ(set.scripts[0].file, "scripts/a.js");
  EXPECT_THAT(messages(set), IsEmpty());
}

TEST_F(ScriptSet, TakesTheTitleFromTheFirstComment) {
  write("a.js", "\n// dns watch \nvar a; // other");
  EXPECT_THAT(titles(read_scripts({"a.js"})), ElementsAre("dns watch"));
}

TEST_F(ScriptSet, LetsTheLaterOfTwoEqualTitlesTakeThePlaceOfTheEarlier) {
  write("1.js", "// same\nvar first;");
  write("2.js");
  write("3.js", "// same\nvar last;");
  const auto set = read_scripts({"1.js", "2.js", "3.js"});
  ASSERT_THAT(titles(set), ElementsAre("same", "2"));
  EXPECT_EQ(set.scripts[0].file, "3.js");
  EXPECT_EQ(set.scripts[0].index, 0u);
  ASSERT_EQ(set.replaced.size(), 1u);
  EXPECT_EQ(set.replaced[0].file, "1.js");
  EXPECT_THAT(set.warnings, ElementsAre(R"(3.js replaces 1.js: both have the title "same")"));
}

TEST_F(ScriptSet, UsesAFileOnceHoweverItIsNamed) {
  write("scripts/a.js");
  std::filesystem::create_symlink("scripts/a.js", "link.js");
  const auto set = read_scripts({"scripts", "scripts/a.js", "./scripts/../scripts/a.js", "link.js"});
  EXPECT_EQ(set.scripts.size(), 1u);
  EXPECT_EQ(set.warnings.size(), 3u);
  EXPECT_THAT(set.warnings[0], HasSubstr("used once"));
}

TEST_F(ScriptSet, TakesAHiddenFileThatIsNamedItself) {
  write(".a.js");
  EXPECT_THAT(titles(read_scripts({".a.js"})), ElementsAre(".a"));
}

TEST_F(ScriptSet, NamesEveryPathThatIsWrong) {
  write("notes.txt");
  std::filesystem::create_directory("empty");
  const auto set = read_scripts({"nowhere.js", "empty", "notes.txt"});
  EXPECT_THAT(messages(set), ElementsAre(HasSubstr("nowhere.js: there is no such file or folder"),
                                         HasSubstr("empty: no scripts in this folder"),
                                         HasSubstr("notes.txt: not a script: the name does not end in .js")));
}

TEST_F(ScriptSet, RefusesAFileBeyondTheLimitByItsSize) {
  write("big.js", std::string(max_script_bytes + 1, ' '));
  const auto set = read_scripts({"big.js"});
  ASSERT_EQ(set.errors.size(), 1u);
  EXPECT_EQ(set.errors[0].code, errc::invalid_script);
  EXPECT_THAT(set.errors[0].message, HasSubstr("at most 524288 bytes"));
}

TEST_F(ScriptSet, TakesAFileAsLargeAsTheLimit) {
  write("large.js", std::string(max_script_bytes, ' '));
  EXPECT_EQ(read_scripts({"large.js"}).scripts.at(0).code.size(), max_script_bytes);
}

TEST_F(ScriptSet, RefusesWhatWouldBlock) {
  ASSERT_EQ(::mkfifo("pipe.js", 0600), 0);
  EXPECT_THAT(messages(read_scripts({"pipe.js"})), ElementsAre("pipe.js: not a file"));
}

TEST_F(ScriptSet, ReadsWhatTheConfigurationNames) {
  write("folder/a.js");
  write("b.js");
  scripting_settings scripting;
  scripting.source = "folder";
  scripting.sources = {"b.js"};
  scripting.scripts = {{"inline one", "var x;"}};
  EXPECT_THAT(titles(configured_scripts(scripting)), ElementsAre("a", "b", "inline one"));
}

TEST_F(ScriptSet, KeepsScriptsThatAreNamedActiveByTitleOrFile) {
  for (const std::string entry : {"watch", "w.js", "w"}) {
    write("w.js", "// watch");
    write("x.js", "// other");
    auto set = read_scripts({"x.js", "w.js"});
    keep_active(set, {entry});
    EXPECT_THAT(titles(set), ElementsAre("watch")) << entry;
    EXPECT_EQ(set.scripts[0].index, 0u);
    EXPECT_THAT(set.warnings, IsEmpty());
  }
}

TEST_F(ScriptSet, MatchesActiveTitlesExactly) {
  write("w.js", "// dns watch");
  auto set = read_scripts({"w.js"});
  keep_active(set, {"dns", "Dns Watch"});
  EXPECT_THAT(set.scripts, IsEmpty());
  ASSERT_EQ(set.warnings.size(), 2u);
  EXPECT_THAT(set.warnings[1], HasSubstr(R"(did you mean "dns watch"?)"));
}

TEST_F(ScriptSet, SaysWhichPathsToWatch) {
  scripting_settings scripting;
  EXPECT_THAT(script_paths(scripting), IsEmpty());
  scripting.source = "folder";
  scripting.sources = {"b.js", "more"};
  EXPECT_THAT(script_paths(scripting), ElementsAre("folder", "b.js", "more"));
}

TEST_F(ScriptSet, KeepsAllWhenNoneAreNamedActive) {
  write("w.js");
  auto set = read_scripts({"w.js"});
  keep_active(set, {});
  EXPECT_EQ(set.scripts.size(), 1u);
}

} // namespace
} // namespace remora::config
