#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "script/files/file_store.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

namespace fs = std::filesystem;

class FileHelper : public script_test {
 protected:
  void SetUp() override { files = &own; }
  std::string get(const std::string& name) const {
    std::ifstream in{fs::path{own.folder()} / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  bool exists(const std::string& name) const { return fs::exists(fs::path{own.folder()} / name); }
  /// What a call throws, as String() has it.
  std::string thrown(const std::string& call) {
    return logged("(function () { try { " + call + "; } catch (e) { return String(e); } }())");
  }

  test::temporary_folder folder;
  std::shared_ptr<file_store> store = std::make_shared<file_store>(
      file_store::options{folder.path().string(), std::uint64_t{1} << 20U, "kubeshark", {}});
  own_files own{store, "a script"};
};

TEST_F(FileHelper, WritesTextAsUtf8) {
  EXPECT_EQ(logged("file.write('a', '\\u00b5\\ud83d\\ude00')"), "undefined");
  EXPECT_EQ(get("a"), "\u00b5\xF0\x9F\x98\x80");
  load("file.write('a', 12); file.write('b', '');");
  EXPECT_EQ(get("a"), "12");
  EXPECT_TRUE(exists("b"));
}

TEST_F(FileHelper, AppendsAndCreates) {
  EXPECT_EQ(logged("file.append('log', 'one\\n')"), "undefined");
  load("file.append('log', 'two\\n');");
  EXPECT_EQ(get("log"), "one\ntwo\n");
}

TEST_F(FileHelper, NeedsTheFolderOfAFile) {
  EXPECT_EQ(thrown("file.write('none/a', 'x')"), "Error: file.write: \"none/a\": No such file or directory");
  EXPECT_EQ(thrown("file.append('none/a', 'x')"),
            "Error: file.append: \"none/a\": No such file or directory");
  EXPECT_EQ(thrown("file.mkdir('d'); file.write('d', 'x')"), "Error: file.write: \"d\": Is a directory");
}

TEST_F(FileHelper, MovesFilesAndFolders) {
  load(
      "file.write('a', '1'); file.move('a', 'b');"
      "file.mkdir('d/e'); file.move('b', 'd'); file.move('d', 'f'); file.move('f/b', 'f/e/');"
      "file.write('x', 'new'); file.write('y', 'old'); file.move('x', 'y');");
  EXPECT_EQ(get("f/e/b"), "1");
  EXPECT_EQ(get("y"), "new");
  EXPECT_FALSE(exists("a") || exists("b") || exists("d") || exists("x"));
  EXPECT_EQ(thrown("file.move('none', 'a')"), "Error: file.move: \"none\": No such file or directory");
  EXPECT_EQ(thrown("file.move('y', 'none/')"), "Error: file.move: \"none/\": No such file or directory");
  EXPECT_EQ(thrown("file.move('f', 'f/e')"), "Error: file.move: \"f\": Invalid argument");
}

TEST_F(FileHelper, CopiesFiles) {
  load(
      "file.write('a', 'bytes'); file.mkdir('d'); file.copy('a', 'd'); file.copy('a', 'c'); file.copy('a', "
      "'a');");
  EXPECT_EQ(get("d/a") + get("c") + get("a"), "bytesbytesbytes");
  EXPECT_EQ(thrown("file.copy('d', 'e')"), "Error: file.copy: \"d\": Is a directory");
}

TEST_F(FileHelper, DeletesFilesFoldersAndWhatIsNotThere) {
  load(
      "file.delete('none'); file.delete('none/at/all'); file.mkdir('d/e/f'); file.write('d/e/a', 'x');"
      "file.write('b', 'x'); file.delete('b'); file.delete('b/below/a/file'); file.delete('d');");
  EXPECT_TRUE(fs::is_empty(own.folder()));
}

TEST_F(FileHelper, MakesFoldersWithTheirParents) {
  load("file.mkdir('a/b/c'); file.mkdir('a/b/c'); file.mkdir('a'); file.mkdir('.');");
  EXPECT_TRUE(fs::is_directory(fs::path{own.folder()} / "a/b/c"));
  EXPECT_NE(thrown("file.write('f', ''); file.mkdir('f/g')").find("Not a directory"), std::string::npos);
}

TEST_F(FileHelper, GivesTemporaryPathsThatOtherHelpersTake) {
  load(
      "var d = file.mkdirTemp('rec'); file.write(d + '/x', '1');"
      "var e = file.mkdirTemp('', d); var f = file.temp('log', e, '.json'); file.append(f, '{}');"
      "var g = file.mkdirTemp(); file.move(f, g);"
      "console.log(d); console.log(e); console.log(f); console.log(file.temp('t', '.', ''));"
      "console.log(file.temp('t', '', 'log')); console.log(file.temp('t'));"
      "console.log(file.temp('t', '" +
      own.folder() + "'));");
  const auto said = console.texts();
  ASSERT_EQ(said.size(), 7u);
  const std::string root_path = own.folder();
  EXPECT_THAT(said[0], testing::MatchesRegex("rec[0-9a-z]+"));
  EXPECT_THAT(said[1], testing::MatchesRegex(said[0] + "/[0-9a-z]+"));
  EXPECT_THAT(said[2], testing::MatchesRegex(said[1] + "/log[0-9a-z]+\\.json"));
  EXPECT_THAT(said[3], testing::MatchesRegex("t[0-9a-z]+\\.txt"));
  EXPECT_THAT(said[4], testing::MatchesRegex("t[0-9a-z]+\\.log"));
  EXPECT_THAT(said[5], testing::MatchesRegex("t[0-9a-z]+\\.txt"));
  EXPECT_EQ(said[6].rfind(root_path + "/t", 0), 0u);
  EXPECT_EQ(get(said[0] + "/x"), "1");
}

TEST_F(FileHelper, RefusesATemporaryNameThatIsAPath) {
  EXPECT_NE(thrown("file.mkdirTemp('../x')").find("file.mkdirTemp: \"../x\": a name"), std::string::npos);
  EXPECT_NE(thrown("file.temp('a/b', '.')").find("file.temp:"), std::string::npos);
  EXPECT_NE(thrown("file.temp('a', '.', 'x/../../y')").find("file.temp:"), std::string::npos);
  EXPECT_NE(thrown("file.temp('a', '..')").find("is outside"), std::string::npos);
}

TEST_F(FileHelper, PacksAFolder) {
  load("file.mkdir('d'); file.write('d/a', 'x'); console.log(file.tar('d')); console.log(file.tar('d'));");
  EXPECT_EQ(console.texts(),
            (std::vector<std::string>{"kubeshark_1700000000.tar.gz", "kubeshark_1700000001.tar.gz"}));
  EXPECT_TRUE(exists("kubeshark_1700000000.tar.gz"));
  EXPECT_EQ(thrown("file.tar('none')"), "Error: file.tar: \"none\": No such file or directory");
}

TEST_F(FileHelper, StaysInTheFolderOfTheScript) {
  for (const char* call :
       {"file.write('../x', '')", "file.append('/etc/x', '')", "file.delete('..')", "file.mkdir('/tmp')",
        "file.tar('..')", "file.copy('/etc/passwd', 'x')", "file.move('a/../..', 'x')"}) {
    EXPECT_NE(thrown(call).find("is outside the folder of the script"), std::string::npos) << thrown(call);
  }
}

TEST_F(FileHelper, NamesAnArgumentThatIsMissing) {
  EXPECT_EQ(thrown("file.write()"), "TypeError: file.write: argument 1 (path) must be a string");
  EXPECT_EQ(thrown("file.write('a')"), "TypeError: file.write: argument 2 (content) must be a string");
  EXPECT_EQ(thrown("file.delete('')"), "TypeError: file.delete: argument 1 (path) must be a path");
  EXPECT_EQ(thrown("file.mkdir(function () {})"),
            "TypeError: file.mkdir: argument 1 (path) must be a string, not a function");
}

TEST_F(FileHelper, ThrowsWhenTheQuotaIsUsedUp) {
  EXPECT_EQ(thrown("var s = 'x'; while (s.length < 2e6) s += s; file.write('a', s)"),
            "Error: file.write: \"a\": the files of scripts would need more than 1MiB "
            "(scripting.limits.fileQuota)");
}

TEST_F(FileHelper, CopiesFromAFolderThatMayBeRead) {
  const test::temporary_folder shelf;
  std::ofstream{shelf / "a.pcap"} << "packets";
  ASSERT_TRUE(own.allow_reading(shelf.path().string()));
  const std::string path = (shelf / "a.pcap").string();
  load("file.copy('" + path + "', 'mine');");
  EXPECT_EQ(get("mine"), "packets");
  EXPECT_EQ(thrown("file.delete('" + path + "')"), "Error: file.delete: \"" + path + "\": may only be read");
}

TEST_F(FileHelper, ThrowsWhereItsFolderCannotBeMade) {
  const auto broken =
      std::make_shared<file_store>(file_store::options{"", 1, "x", "name one with --data DIR"});
  own_files none{broken, "a"};
  files = &none;
  EXPECT_EQ(thrown("file.write('a', '')"),
            "Error: file.write: there is no folder for the files of scripts; name one with --data DIR");
}

TEST_F(FileHelper, ThrowsWhereScriptsHaveNoFolder) {
  files = nullptr;
  EXPECT_EQ(thrown("file.write('a', '')"), "Error: file.write: scripts have no folder for files here");
  EXPECT_EQ(thrown("file.delete('a')"), "Error: file.delete: scripts have no folder for files here");
}

} // namespace
} // namespace remora::script
