// file.* over the real program: what a script keeps, for whom, and what it is refused.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Files : public ::testing::Test {
 protected:
  /// Runs scripts (name and code) over a capture, with their files below data().
  finished run(const std::vector<std::pair<std::string, std::string>>& scripts,
               const std::vector<std::string>& options = {}) {
    std::vector<std::string> line{"run", "-q", "-r", capture_, "--data", data()};
    line.insert(line.end(), options.begin(), options.end());
    for (const auto& [name, code] : scripts)
      line.push_back(folder_.file(name + ".js", code));
    return remora(line);
  }
  /// What a script prints that runs alone.
  std::vector<std::string> printed(const std::string& name, const std::string& code,
                                   const std::vector<std::string>& options = {}) {
    const auto done = run({{name, code}}, options);
    EXPECT_EQ(done.status, 0) << done.err;
    return lines_of(done.out);
  }
  std::string data() const { return folder_.path("data"); }
  static std::string get(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  /// Code that prints what a call throws.
  static std::string trying(const std::string& call) {
    return "try { " + call + "; console.log('done'); } catch (e) { console.log(e.message); }\n";
  }

  work_folder folder_;
  std::string capture_ = folder_.file("traffic.pcap", steady_capture(3, second_ns));
};

TEST_F(Files, OfAScriptAreThereForTheNextRun) {
  printed("keeper",
          "// keeper\nfile.write('state', 'one');\n"
          "function onPacketCaptured() { file.append('packets', '.'); }");
  EXPECT_EQ(get(data() + "/keeper/packets"), "...");
  printed("keeper", "// keeper\nfile.copy('state', 'seen'); file.append('packets', '!');");
  EXPECT_EQ(get(data() + "/keeper/seen"), "one");
  EXPECT_EQ(get(data() + "/keeper/packets"), "...!");
}

TEST_F(Files, AreFoundByTheTitleOfAScriptNotByItsFile) {
  printed("a", "// GET /x\nfile.write('state', 'one');");
  printed("b", "// GET /x\nfile.append('state', ', two');");
  EXPECT_EQ(get(data() + "/GET %2Fx/state"), "one, two");
}

TEST_F(Files, ArePackedForTar) {
  const auto said = printed(
      "packer", "// packer\nfile.mkdir('d/e'); file.write('d/e/x', 'bytes'); console.log(file.tar('d'));",
      {"--set", "scripting.archivePrefix=mine"});
  ASSERT_THAT(said, ElementsAre(MatchesRegex("mine_1700000[0-9]*\\.tar\\.gz")));
  const std::string packed = data() + "/packer/" + said.front();
  EXPECT_EQ(std::system(("tar -xzf '" + packed + "' -C '" + data() + "'").c_str()), 0);
  EXPECT_EQ(get(data() + "/e/x"), "bytes");
}

TEST_F(Files, AreNotSeenByOtherScripts) {
  const auto done =
      run({{"one", "// one\nfile.write('x', 'of one');"},
           {"two", "// two\n" + trying("file.copy('x', 'y')") + trying("file.copy('../one/x', 'y')") +
                       trying("file.append('x', 'of two')")}});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(lines_of(done.out),
              ElementsAre("[two] file.copy: \"x\": No such file or directory",
                          "[two] file.copy: \"../one/x\" is outside the folder of the script", "[two] done"));
  EXPECT_EQ(get(data() + "/one/x"), "of one");
  EXPECT_EQ(get(data() + "/two/x"), "of two");
}

TEST_F(Files, OutsideAreOutOfReach) {
  const std::string secret = folder_.file("secret", std::string{"secret"});
  fs::create_directories(data() + "/thief");
  fs::create_symlink(secret, data() + "/thief/link");
  fs::create_directory_symlink(folder_.path("."), data() + "/thief/folder");
  std::string code = "// thief\n";
  const std::vector<std::string> paths{"../../secret", secret,          "/etc/passwd",
                                       "link",         "folder/secret", "folder/../../secret"};
  for (const std::string& path : paths) {
    code += trying("file.copy('" + path + "', 'stolen')");
    code += trying("file.write('" + path + "', 'changed')");
    code += trying("file.append('" + path + "', 'changed')");
    code += trying("file.move('" + path + "', 'stolen')");
  }
  const auto said = printed("thief", code);
  EXPECT_EQ(said.size(), 4 * paths.size());
  for (const std::string& line : said)
    EXPECT_THAT(line, ::testing::AnyOf(HasSubstr("is outside the folder of the script"),
                                       HasSubstr("symbolic links are not followed")));
  EXPECT_FALSE(fs::exists(data() + "/thief/stolen"));
  EXPECT_EQ(get(secret), "secret");
}

TEST_F(Files, OfAllScriptsTogetherHaveAQuota) {
  const auto done = run({{"one", "// one\nfile.write('x', new Array(30001).join('x'));"},
                         {"two", "// two\n" + trying("file.write('x', new Array(30001).join('x'))")}},
                        {"--set", "scripting.limits.fileQuota=64KiB"});
  EXPECT_THAT(lines_of(done.out),
              ElementsAre("[two] file.write: \"x\": the files of scripts would need more than 64KiB "
                          "(scripting.limits.fileQuota)"));
  EXPECT_THAT(printed("three", "// three\n" + trying("file.write('x', new Array(30001).join('x'))"),
                      {"--set", "scripting.limits.fileQuota=64KiB"}),
              ElementsAre(HasSubstr("more than 64KiB")))
      << "what an earlier run left counts too";
}

TEST_F(Files, AreKeptInTheStateOfTheUser) {
  const std::string script = folder_.file("keeper.js", std::string{"// keeper\nfile.append('x', 'x');"});
  const std::vector<std::string> line{"run", "-q", script, "-r", capture_};
  ASSERT_EQ(remora(line, {{"HOME", folder_.path("home")}}).status, 0);
  EXPECT_EQ(get(folder_.path("home/.local/state/remora/run/keeper/x")), "x");
  ASSERT_EQ(remora(line, {{"HOME", folder_.path("home")}, {"XDG_STATE_HOME", folder_.path("state")}}).status,
            0);
  EXPECT_EQ(get(folder_.path("state/remora/run/keeper/x")), "x");
}

TEST_F(Files, NeedAPlaceAndTheErrorSaysHowToGiveOne) {
  const std::string script = folder_.file("keeper.js", "// keeper\n" + trying("file.write('x', '')"));
  const auto homeless = remora({"run", "-q", script, "-r", capture_});
  EXPECT_EQ(homeless.status, 0);
  EXPECT_EQ(homeless.out,
            "file.write: there is no folder for the files of scripts; "
            "set HOME or XDG_STATE_HOME, or name a folder with --data DIR\n");
  const std::string in_the_way = folder_.file("in-the-way", std::string{"a file"});
  const auto blocked = remora({"run", "-q", script, "-r", capture_, "--data", in_the_way});
  EXPECT_EQ(blocked.out,
            "file.write: \"" + in_the_way + "\": Not a directory; name another folder with --data DIR\n");
}

TEST_F(Files, AreNotMissedByScriptsThatUseNone) {
  ASSERT_EQ(run({{"plain", "function onPacketCaptured() {}"}}).status, 0);
  EXPECT_FALSE(fs::exists(data()));
}

TEST_F(Files, OfACheckGoAgain) {
  const std::string script = folder_.file("a.js", std::string{"file.write('x', 'x');"});
  fs::create_directory(folder_.path("home"));
  const auto check = remora({"scripts", "check", script}, {{"HOME", folder_.path("home")}});
  EXPECT_EQ(check.status, 0) << check.err;
  EXPECT_TRUE(fs::is_empty(folder_.path("home")));
}

TEST_F(Files, AndFiltersKnowTheMacrosOfTheConfiguration) {
  EXPECT_THAT(
      printed("a",
              "console.log(kfl.match('slow', {elapsedTime: 2000}), kfl.match('slow', {elapsedTime: 1}));",
              {"--set", "filter.macros.slow=elapsedTime > 1000"}),
      ElementsAre("true false"));
  const auto wrong = run({{"a", ""}}, {"--set", "filter.macros.slow=elapsedTime >"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("filter.macros: macro \"slow\": 1:"));
}

} // namespace
} // namespace remora::test
