#include <filesystem>
#include <fstream>
#include <iterator>

#include "script/files/file_store.hpp"
#include "script/filters.hpp"
#include "script_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::actors::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class ScriptFiles : public testing::Test {
 protected:
  /// A script of that title with what the component has.
  std::unique_ptr<script> load(const std::string& title, const std::string& code) const {
    return std::make_unique<script>(code, 0, nullptr, remora::script::limits{},
                                    [&](script_runner::parts& parts) {
                                      parts.source.title = title;
                                      parts.files = store;
                                      parts.kfl = kfl;
                                    });
  }
  static std::shared_ptr<remora::script::file_store> make_store(const fs::path& folder) {
    remora::script::file_store::options how;
    how.folder = folder.string();
    return std::make_shared<remora::script::file_store>(how);
  }
  std::string get(const std::string& path) const {
    std::ifstream in{folder.path() / path};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  remora::test::temporary_folder folder;
  std::shared_ptr<remora::script::file_store> store = make_store(folder.path());
  std::shared_ptr<remora::script::filters> kfl;
};

TEST_F(ScriptFiles, AreThereForTheNextVersion) {
  load("dns watch", "file.write('state', 'one');")->runner->finish();
  load("dns watch", "file.copy('state', 'seen'); file.append('state', ', two');")->runner->finish();
  EXPECT_EQ(get("dns watch/seen"), "one");
  EXPECT_EQ(get("dns watch/state"), "one, two");
}

TEST_F(ScriptFiles, AreThereForTheNextVersionWhileTheOneBeforeStillRuns) {
  const auto before =
      load("a", "file.write('state', 'one'); function onPacketCaptured() { file.append('state', '.'); }");
  const auto after = load("a", "file.append('state', ', two');");
  before->take({1, 2});
  EXPECT_EQ(get("a/state"), "one, two..");
}

TEST_F(ScriptFiles, AreThereWhenTheScriptWasEndedAndStartsAfresh) {
  remora::script::limits limits;
  limits.turn = milliseconds{50};
  script one{"file.append('loads', 'x'); function onPacketCaptured() { for (;;) {} }", 0, nullptr, limits,
             [&](script_runner::parts& parts) { parts.files = store; }};
  one.take({1});
  EXPECT_EQ(get("a/loads"), "xx");
}

TEST_F(ScriptFiles, AreThereForTheNextProcess) {
  load("a", "file.write('state', 'one');")->runner->finish();
  store = make_store(folder.path());
  load("a", "file.append('state', ', two');")->runner->finish();
  EXPECT_EQ(get("a/state"), "one, two");
}

TEST_F(ScriptFiles, AreNotSeenByOthers) {
  const auto one = load("a", "file.write('x', 'of a');");
  const auto other = load("b",
                          "try { file.copy('x', 'y'); } catch (e) { console.log(String(e)); }"
                          "try { file.copy('../a/x', 'y'); } catch (e) { console.log(String(e)); }");
  EXPECT_THAT(other->records->all,
              ElementsAre("+0 Error: file.copy: \"x\": No such file or directory",
                          "+0 Error: file.copy: \"../a/x\" is outside the folder of the script"));
}

TEST_F(ScriptFiles, AreNoneWithoutAPlaceForThem) {
  store = nullptr;
  const auto one = load("a", "try { file.write('x', ''); } catch (e) { console.log(String(e)); }");
  EXPECT_THAT(one->records->all, ElementsAre("+0 Error: file.write: scripts have no folder for files here"));
}

TEST_F(ScriptFiles, MakeNoFolderForAScriptThatUsesNone) {
  load("a", "this.x = 1;")->runner->finish();
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(ScriptFiles, ComeWithTheMacrosOfTheOperator) {
  kfl = *remora::script::filters::with({{"slow", "elapsedTime > 1000"}});
  const auto one =
      load("a", "console.log(kfl.match('slow', {elapsedTime: 2000}), kfl.match('slow', {elapsedTime: 1}));");
  EXPECT_THAT(one->records->all, ElementsAre("+0 true false"));
}

TEST_F(ScriptFiles, AndFiltersThatCouldNotDecideAreCounted) {
  const auto one =
      load("a", "kfl.match('1 / 0 == 1', {}); function onPacketCaptured() { kfl.match('1 / 0 == 1', {}); }");
  EXPECT_EQ(one->runner->tally().undecided_filters, 1u);
  one->take({1, 2});
  EXPECT_EQ(one->runner->tally().undecided_filters, 3u);
  EXPECT_EQ(one->runner->finish().undecided_filters, 3u);
}

} // namespace
} // namespace remora::actors::test
