#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

#include <gmock/gmock.h>

#include "script/captures.hpp"
#include "script/files/file_store.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

/// A desk whose capture files are text: "capture" at the beginning, and the names of what was merged.
class text_desk final : public capture_desk {
 public:
  result<std::string> path(const stream_file& of, const go_on&) override {
    asked_for.push_back(of.name);
    return folder_ + '/' + of.name;
  }
  const std::string& folder() const override { return folder_; }
  result<void> write_stored(const std::optional<std::set<std::uint64_t>>& streams, const byte_taker& to,
                            const go_on&) override {
    wanted = streams;
    if (auto done = to("capture"); !done) return done;
    return refusal.empty() ? result<void>{} : fail(errc::not_found, refusal);
  }
  std::shared_ptr<const known_names> names() override { return std::make_shared<known_names>(known); }
  std::unique_ptr<capture_merge> begin_merge(new_file scratch) override {
    return std::make_unique<text_merge>(std::move(scratch));
  }

  std::vector<std::string> asked_for;
  std::optional<std::set<std::uint64_t>> wanted;
  std::string refusal;
  known_names known;

 private:
  class text_merge final : public capture_merge {
   public:
    explicit text_merge(new_file scratch) : scratch_{std::move(scratch)} {}
    result<void> add(const std::string& name, file_descriptor content, const go_on&) override {
      std::string head(7, '\0');
      if (read_some(content.number(), head.data(), head.size()).value_or(0) != 7 || head != "capture")
        return fail(errc::not_a_capture, name + ": no capture");
      return scratch_.write(' ' + name);
    }
    result<void> write(const byte_taker& to, const go_on&) override {
      std::string all(1000, '\0');
      EXPECT_EQ(::lseek(scratch_.number(), 0, SEEK_SET), 0);
      all.resize(read_some(scratch_.number(), all.data(), all.size()).value_or(0));
      return to("capture" + all);
    }

   private:
    new_file scratch_;
  };

  std::string folder_ = "/pcaps";
};

class PcapHelper : public script_test {
 protected:
  void SetUp() override {
    files = &own;
    captures = &stored;
    // The file of names is always there; most of these tests are not about it.
    ASSERT_TRUE(own.root());
    own.names().refresh(**own.root(), stored, now);
    ASSERT_TRUE((*own.root())->remove(name_file::name, [] { return true; }));
    used_before = store->quota().used();
  }
  fs::path in_folder(const std::string& name) const { return fs::path{own.folder()} / name; }
  std::string get(const std::string& name) const {
    std::ifstream in{in_folder(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::vector<std::string> entries() const {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator{own.folder()})
      all.push_back(each.path().filename());
    return all;
  }
  /// What a call throws, as String() has it.
  std::string thrown(const std::string& call) {
    return logged("(function () { try { " + call + "; } catch (e) { return String(e); } }())");
  }

  test::temporary_folder folder;
  std::shared_ptr<file_store> store = std::make_shared<file_store>(
      file_store::options{folder.path().string(), std::uint64_t{1} << 20U, "kubeshark", {}});
  own_files own{store, "a script"};
  text_desk stored;
  /// So that the helpers do not look again during a test.
  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now() + std::chrono::hours{1};
  std::uint64_t used_before = 0;
};

// ------------------------------------------------------------------------------------------- path

TEST_F(PcapHelper, NamesTheFileOfAStream) {
  EXPECT_EQ(logged("pcap.path('000000000042.pcap')"), "/pcaps/000000000042.pcap");
  EXPECT_EQ(logged("pcap.path('000000000051_udp')"), "/pcaps/000000000051_udp.pcap");
  EXPECT_EQ(logged("pcap.path('1234567890123_tls.pcap')"), "/pcaps/1234567890123_tls.pcap");
  EXPECT_THAT(stored.asked_for,
              ElementsAre("000000000042.pcap", "000000000051_udp.pcap", "1234567890123_tls.pcap"));
}

TEST_F(PcapHelper, TakesNothingButTheNameOfAStream) {
  for (const std::string name :
       {"", ".pcap", "42.pcap", "0000000000042.pcap", "../000000000042.pcap", "000000000042.pcap/x",
        "000000000042_quic.pcap", "000000000042.pcap.pcap", "99999999999999999999.pcap", "-00000000042.pcap",
        "000000000042.pcap\\u0000", "+00000000042"})
    EXPECT_THAT(thrown("pcap.path('" + name + "')"),
                HasSubstr("pcap.path: argument 1 (stream) must be the name of a stream"))
        << name;
  EXPECT_EQ(thrown("pcap.path({}.a)").substr(0, 20), "TypeError: pcap.path");
  EXPECT_TRUE(stored.asked_for.empty());
}

// ---------------------------------------------------------------------------- snapshot: of what is stored

TEST_F(PcapHelper, WritesAllThatIsStoredUnderTheTimeOfNow) {
  EXPECT_EQ(logged("pcap.snapshot()"), "1700000000.pcap");
  EXPECT_EQ(get("1700000000.pcap"), "capture");
  EXPECT_EQ(stored.wanted, std::nullopt);
}

TEST_F(PcapHelper, TakesAnEmptyListForAllThatIsStored) {
  EXPECT_EQ(logged("pcap.snapshot([])"), "1700000000.pcap");
  EXPECT_EQ(stored.wanted, std::nullopt);
}

TEST_F(PcapHelper, GivesSnapshotsOfOneSecondNamesOfTheirOwn) {
  EXPECT_EQ(logged("[pcap.snapshot(), pcap.snapshot(), pcap.snapshot()].join()"),
            "1700000000.pcap,1700000001.pcap,1700000002.pcap");
}

TEST_F(PcapHelper, WritesTheStreamsThatAreListedAndPassesOverWhatIsNone) {
  load("pcap.snapshot(['000000000007.pcap', '000000000009_udp', 'none', '000000000007.pcap'])");
  EXPECT_THAT(stored.wanted, Optional(ElementsAre(7u, 9u)));
  load("pcap.snapshot(['none'])");
  EXPECT_THAT(stored.wanted, Optional(ElementsAre())) << "not all of them";
}

TEST_F(PcapHelper, TakesTextForTheFolderToWriteToAsItOnceWas) {
  EXPECT_EQ(logged("(file.mkdir('out'), pcap.snapshot('out'))"), "out/1700000000.pcap");
  EXPECT_EQ(get("out/1700000000.pcap"), "capture");
  EXPECT_EQ(stored.wanted, std::nullopt);
  EXPECT_EQ(thrown("pcap.snapshot('none')"), "Error: pcap.snapshot: \"none\": No such file or directory");
  EXPECT_EQ(thrown("pcap.snapshot('..')").substr(0, 22), "Error: pcap.snapshot: ");
}

TEST_F(PcapHelper, LeavesNothingBehindWhenASnapshotFails) {
  stored.refusal = "this node stores no packets";
  EXPECT_EQ(thrown("pcap.snapshot()"), "Error: pcap.snapshot: this node stores no packets");
  EXPECT_THAT(entries(), ElementsAre());
  EXPECT_EQ(store->quota().used(), used_before);
}

TEST_F(PcapHelper, WantsNamesInAList) {
  EXPECT_EQ(thrown("pcap.snapshot([42])"),
            "TypeError: pcap.snapshot: argument 1 (selectedPcaps) must be an array of names of streams");
  EXPECT_EQ(thrown("pcap.snapshot({})"),
            "TypeError: pcap.snapshot: argument 1 (selectedPcaps) must be an array of names of streams");
  EXPECT_EQ(
      thrown("pcap.snapshot(new Array(2000000))"),
      "TypeError: pcap.snapshot: argument 1 (selectedPcaps) must be an array of at most 1,000,000 names");
}

// ----------------------------------------------------------------------------- snapshot: of files

TEST_F(PcapHelper, MergesTheCaptureFilesOfAFolder) {
  load(
      "file.mkdir('d/e'); file.write('d/b.pcap', 'capture'); file.write('d/a', 'capture');"
      "file.write('d/notes.txt', 'notes'); file.write('d/e/c.pcap', 'capture');");
  EXPECT_EQ(logged("pcap.snapshot([], 'd')"), "1700000000.pcap");
  EXPECT_EQ(get("1700000000.pcap"), "capture a b.pcap");
}

TEST_F(PcapHelper, MergesTheListedFilesOfAFolder) {
  load(
      "file.mkdir('d'); file.write('d/000000000001.pcap', 'capture'); file.write('d/000000000002.pcap', "
      "'capture'); file.write('d/000000000003.pcap', 'capture');");
  EXPECT_EQ(logged("pcap.snapshot(['000000000003', '000000000001.pcap', 'gone.pcap'], 'd')"),
            "1700000000.pcap");
  EXPECT_EQ(get("1700000000.pcap"), "capture 000000000001.pcap 000000000003");
}

TEST_F(PcapHelper, MergesTheFilesOfTheFolderItWritesToWithoutItsOwn) {
  load("file.write('a.pcap', 'capture');");
  EXPECT_EQ(logged("pcap.snapshot([], '.')"), "1700000000.pcap");
  EXPECT_EQ(get("1700000000.pcap"), "capture a.pcap");
  EXPECT_EQ(entries().size(), 2u) << "what lay between is gone";
}

TEST_F(PcapHelper, SaysWhichListedFileIsNoCapture) {
  load("file.mkdir('d'); file.write('d/a', 'notes');");
  EXPECT_EQ(thrown("pcap.snapshot(['a'], 'd')"), "Error: pcap.snapshot: a: no capture");
  EXPECT_EQ(thrown("pcap.snapshot(['../a'], 'd')"),
            "Error: pcap.snapshot: \"../a\": a name may have neither / nor NUL in it");
  EXPECT_EQ(thrown("pcap.snapshot(['..'], 'd')"), "Error: pcap.snapshot: \"..\": is no name of a file");
}

TEST_F(PcapHelper, MergesNothingFromAFolderThatIsNotThereOrNotItsOwn) {
  EXPECT_EQ(thrown("pcap.snapshot([], 'none')"), "Error: pcap.snapshot: \"none\": No such file or directory");
  EXPECT_EQ(thrown("pcap.snapshot(['a'], 'none')"),
            "Error: pcap.snapshot: \"none\": No such file or directory");
  for (const char* outside : {"/etc", "..", "d/../.."})
    EXPECT_EQ(thrown(std::string{"pcap.snapshot([], '"} + outside + "')").substr(0, 22),
              "Error: pcap.snapshot: ");
  EXPECT_THAT(entries(), ElementsAre());
}

TEST_F(PcapHelper, FollowsNoLinkInAFolder) {
  load("file.mkdir('d'); file.write('a', 'capture');");
  fs::create_symlink(in_folder("a"), in_folder("d/link"));
  EXPECT_EQ(logged("pcap.snapshot([], 'd')"), "1700000000.pcap");
  EXPECT_EQ(get("1700000000.pcap"), "capture");
  EXPECT_EQ(thrown("pcap.snapshot(['link'], 'd')"),
            "Error: pcap.snapshot: \"link\": symbolic links are not followed");
}

TEST_F(PcapHelper, CountsWhatItWritesInTheQuota) {
  store->change(used_before + file_quota::entry_bytes, "kubeshark");
  EXPECT_EQ(thrown("pcap.snapshot()"),
            "Error: pcap.snapshot: the files of scripts would need more than 4KiB "
            "(scripting.limits.fileQuota)");
  EXPECT_THAT(entries(), ElementsAre());
  EXPECT_EQ(store->quota().used(), used_before);
}

// ------------------------------------------------------------------------------------------- names

TEST_F(PcapHelper, GivesTheHistoryOfNamesAsAnObjectOfTheScript) {
  stored.known.json = R"({"1700000000":{"10.0.0.1":{"FullAddress":"a.example","Namespace":""}}})";
  EXPECT_EQ(logged("pcap.nameResolutionHistory()['1700000000']['10.0.0.1'].FullAddress"), "a.example");
  EXPECT_EQ(logged("(pcap.nameResolutionHistory().x = 1, pcap.nameResolutionHistory().x)"), "undefined");
}

TEST_F(PcapHelper, PutsTheHistoryOfNamesIntoTheFolderWhenTheScriptFirstUsesFiles) {
  own_files other{store, "another script"};
  files = &other;
  stored.known.json = R"({"1700000000":{}})";
  load("file.copy('name_resolution_history.json', 'copy');");
  std::ifstream in{fs::path{other.folder()} / "copy"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), stored.known.json);
}

class NameFile : public PcapHelper {
 protected:
  void refresh_after(milliseconds time) {
    now += time;
    own.names().refresh(**own.root(), stored, now);
  }
  std::string file() const { return get(name_file::name); }
};

TEST_F(NameFile, ChangesWithTheNamesAfterThreeSeconds) {
  refresh_after(std::chrono::seconds{3});
  EXPECT_EQ(file(), "{}");
  stored.known = {1, "{\"1\":{}}"};
  refresh_after(milliseconds{2'999});
  EXPECT_EQ(file(), "{}");
  refresh_after(milliseconds{1});
  EXPECT_EQ(file(), "{\"1\":{}}");
}

TEST_F(NameFile, ComesBackAfterTheScriptHasDeletedItEvenIfNothingChanged) {
  refresh_after(std::chrono::seconds{3});
  load("file.delete('name_resolution_history.json');");
  EXPECT_EQ(entries().size(), 0u);
  refresh_after(std::chrono::seconds{3});
  EXPECT_EQ(file(), "{}");
}

TEST_F(NameFile, StaysWhatTheScriptMadeOfItUntilThereAreOtherNames) {
  refresh_after(std::chrono::seconds{3});
  load("file.write('name_resolution_history.json', 'mine');");
  refresh_after(std::chrono::seconds{3});
  EXPECT_EQ(file(), "mine");
  stored.known.version = 1;
  refresh_after(std::chrono::seconds{3});
  EXPECT_EQ(file(), "{}");
}

TEST_F(NameFile, DoesNotKeepTheScriptFromItsFilesWhenThereIsNoRoom) {
  store->change(0, "kubeshark");
  refresh_after(std::chrono::seconds{3});
  EXPECT_EQ(entries().size(), 0u);
  store->change(std::uint64_t{1} << 20U, "kubeshark");
  refresh_after(std::chrono::seconds{3});
  EXPECT_EQ(file(), "{}");
}

// ----------------------------------------------------------------------------------- where it is not

TEST_F(PcapHelper, ThrowsOnTheHub) {
  captures = nullptr;
  node_name = "hub";
  EXPECT_EQ(thrown("pcap.path('000000000042')"), "Error: pcap.path: only available on workers");
  EXPECT_EQ(thrown("pcap.snapshot()"), "Error: pcap.snapshot: only available on workers");
  EXPECT_EQ(thrown("pcap.nameResolutionHistory()"),
            "Error: pcap.nameResolutionHistory: only available on workers");
}

TEST_F(PcapHelper, SaysWhereNoPacketsAreKept) {
  captures = nullptr;
  EXPECT_EQ(thrown("pcap.snapshot()"),
            "Error: pcap.snapshot: workers alone keep packets and the names of addresses; there are none "
            "here");
}

TEST_F(PcapHelper, NeedsAFolderForSnapshots) {
  files = nullptr;
  EXPECT_EQ(thrown("pcap.snapshot()"), "Error: pcap.snapshot: scripts have no folder for files here");
}

} // namespace
} // namespace remora::script
