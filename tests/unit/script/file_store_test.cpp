#include "script/files/file_store.hpp"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "script/files/temporary_name.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::script {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class FileStore : public testing::Test {
 protected:
  static bool go() { return true; }

  std::shared_ptr<file_store> make(std::uint64_t quota_bytes = 1U << 20U) const {
    file_store::options how;
    how.folder = base().string();
    how.quota_bytes = quota_bytes;
    how.help = "name another";
    return std::make_shared<file_store>(std::move(how));
  }
  fs::path base() const { return folder.path() / "state/files"; }
  static std::string get(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  template <class T>
  static std::string why(const result<T>& done) {
    return done ? "(done)" : done.error().message;
  }

  test::temporary_folder folder;
};

TEST_F(FileStore, MakesNothingBeforeAScriptAsks) {
  const auto store = make();
  own_files own{store, "dns watch"};
  store->begin();
  store->sweep(wall_now(), go);
  EXPECT_EQ(own.folder(), (base() / "dns watch").string());
  EXPECT_TRUE(fs::is_empty(folder.path()));
  ASSERT_TRUE(own.root());
  EXPECT_TRUE(fs::is_directory(own.folder()));
}

TEST_F(FileStore, MakesFoldersThatOthersCannotRead) {
  ASSERT_TRUE((own_files{make(), "a"}.root()));
  struct stat way;
  ASSERT_EQ(::stat((folder / "state").c_str(), &way), 0);
  EXPECT_EQ(way.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat((base() / "a").c_str(), &way), 0);
  EXPECT_EQ(way.st_mode & 0007U, 0U);
}

TEST_F(FileStore, GivesEachTitleAFolderOfItsOwnThatStays) {
  ASSERT_TRUE((*own_files{make(), "a"}.root())->write("x", "of a"));
  ASSERT_TRUE((*own_files{make(), "b"}.root())->write("x", "of b"));
  ASSERT_TRUE((*own_files{make(), "a"}.root())->append("x", ", again"));
  EXPECT_EQ(get(base() / "a/x"), "of a, again");
  EXPECT_EQ(get(base() / "b/x"), "of b");
}

TEST_F(FileStore, LetsTwoVersionsOfAScriptShareAFolder) {
  const auto store = make();
  own_files before{store, "a"};
  own_files after{store, "a"};
  ASSERT_TRUE((*before.root())->write("x", "1"));
  ASSERT_TRUE((*after.root())->append("x", "2"));
  ASSERT_TRUE((*before.root())->append("x", "3"));
  EXPECT_EQ(get(base() / "a/x"), "123");
}

TEST_F(FileStore, HasOneQuotaForAllScripts) {
  const auto store = make(64U << 10U);
  own_files a{store, "a"};
  own_files b{store, "b"};
  ASSERT_TRUE((*a.root())->write("x", std::string(40'000, 'x')));
  EXPECT_EQ(why((*b.root())->write("x", std::string(40'000, 'x'))),
            "\"x\": the files of scripts would need more than 64KiB (scripting.limits.fileQuota)");
  ASSERT_TRUE((*a.root())->remove("x", go));
  EXPECT_TRUE((*b.root())->write("x", std::string(40'000, 'x')));
}

TEST_F(FileStore, CountsWhatIsThereAlready) {
  {
    own_files own{make(), "gone"};
    ASSERT_TRUE((*own.root())->make_folder("d/e"));
    ASSERT_TRUE((*own.root())->write("d/e/x", std::string(40'000, 'x')));
  }
  const auto store = make(64U << 10U);
  own_files own{store, "new"};
  ASSERT_TRUE(own.root());
  EXPECT_EQ(store->quota().used(), 3 * file_quota::entry_bytes + 40'000);
  EXPECT_FALSE((*own.root())->write("y", std::string(30'000, 'y')));
}

TEST_F(FileStore, CountsFoldersAsDeepAsAScriptMayMakeThem) {
  {
    own_files own{make(), "deep"};
    std::string path = "0";
    for (std::size_t i = 1; i < max_folder_levels; ++i)
      path += '/' + std::to_string(i);
    ASSERT_TRUE((*own.root())->make_folder(path));
  }
  const auto store = make();
  store->begin();
  EXPECT_EQ(store->quota().used(), max_folder_levels * file_quota::entry_bytes);
}

TEST_F(FileStore, TakesUpAChangeOfTheSettingsAtOnce) {
  const auto store = make(1U << 20U);
  own_files own{store, "a"};
  ASSERT_TRUE((*own.root())->write("x", std::string(10'000, 'x')));
  store->change(20'000, "mine");
  EXPECT_FALSE((*own.root())->write("y", std::string(10'000, 'y')));
  EXPECT_EQ(get(base() / "a/x").size(), 10'000u) << "what is there stays";
  store->change(1U << 20U, "mine");
  EXPECT_EQ(*(*own.root())->pack(".", 7, go), "mine_7.tar.gz");
}

TEST_F(FileStore, PassesOverAPrefixThatWouldLeadOut) {
  const auto store = make();
  for (const std::string& prefix :
       {std::string{"../x"}, std::string{}, std::string{".x"}, std::string(65, 'x'), std::string{"a\0b", 3}})
    store->change(1U << 20U, prefix);
  EXPECT_EQ(store->archive_prefix(), "kubeshark");
}

TEST_F(FileStore, SaysWhatToDoWhenItsFolderCannotBeMade) {
  std::ofstream{folder / "state"} << "a file";
  own_files own{make(), "a"};
  EXPECT_EQ(why(own.root()), "\"" + (folder / "state").string() + "\": Not a directory; name another");
  fs::remove(folder / "state");
  EXPECT_TRUE(own.root()) << "the next call tries again";
}

TEST_F(FileStore, SaysWhatToDoWhenThereIsNoPlaceForFiles) {
  file_store::options how;
  how.help = "set HOME";
  own_files own{std::make_shared<file_store>(how), "a"};
  EXPECT_EQ(why(own.root()), "there is no folder for the files of scripts; set HOME");
  EXPECT_EQ(own.folder(), "");
}

TEST_F(FileStore, IsWhereItWasWhenTheWorkingFolderChanges) {
  const test::working_folder here;
  file_store::options how;
  how.folder = "out/";
  own_files own{std::make_shared<file_store>(how), "a"};
  EXPECT_EQ(own.folder(), (fs::current_path() / "out/a").string());
}

TEST_F(FileStore, LetsThreadsShareTheQuota) {
  const auto store = make(100 * (file_quota::entry_bytes + 100));
  std::vector<std::thread> threads;
  std::atomic<int> written{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      own_files own{store, std::to_string(t)};
      for (int i = 0; i < 50; ++i)
        if ((*own.root())->write(std::to_string(i), std::string(100, 'x'))) ++written;
    });
  for (std::thread& each : threads)
    each.join();
  EXPECT_EQ(written, 100);
  EXPECT_EQ(store->quota().used(), store->quota().limit());
}

// --------------------------------------------------------------------------------------- temporary

TEST(TemporaryName, IsKnownByItsMark) {
  for (int i = 0; i < 100; ++i) {
    const std::string mark = make_temporary_mark();
    EXPECT_TRUE(is_temporary_name(mark));
    EXPECT_TRUE(is_temporary_name("log" + mark + ".txt"));
    EXPECT_TRUE(is_temporary_name("a.b" + mark + ".tar.gz"));
    EXPECT_FALSE(is_temporary_name(mark + "x"));
    EXPECT_FALSE(is_temporary_name(mark.substr(1)));
    EXPECT_FALSE(is_temporary_name(mark + "-kept.txt"));
  }
  for (const char* name : {"", ".", "a", "configuration.txt", "internationalisation.json", "0123456789abcdef",
                           "................", "kubeshark_1700000000.tar.gz", "20261123120000000000.csv"})
    EXPECT_FALSE(is_temporary_name(name)) << name;
}

/// A script that made temporary things and stopped; time is told, not waited for.
class OldTemporaries : public FileStore {
 protected:
  void SetUp() override {
    own_files own{store, "a"};
    data_root& root = **own.root();
    ASSERT_TRUE(root.make_folder("sub"));
    ASSERT_TRUE(root.write("kept", "kept"));
    file = *root.make_temporary_file("log", "sub", "txt");
    tree = *root.make_temporary_folder("rec", "");
    ASSERT_TRUE(root.write(tree + "/x", "bytes"));
    ASSERT_TRUE(root.make_folder(tree + "/deep/er"));
    used = store->quota().used();
  }
  bool is_there(const std::string& name) const { return fs::exists(base() / "a" / name); }
  std::shared_ptr<file_store> store = make();
  std::string file;
  std::string tree;
  std::uint64_t used = 0;
};

TEST_F(OldTemporaries, GoWithAllThatIsInThem) {
  EXPECT_EQ(store->sweep(wall_now() + 24h + 1min, go), 2u);
  EXPECT_FALSE(is_there(file));
  EXPECT_FALSE(is_there(tree));
  EXPECT_TRUE(is_there("kept"));
  EXPECT_TRUE(is_there("sub"));
  EXPECT_EQ(store->quota().used(), 2 * file_quota::entry_bytes + 4) << "they are given back";
}

TEST_F(OldTemporaries, StayForADay) {
  EXPECT_EQ(store->sweep(wall_now() + 24h - 1min, go), 0u);
  EXPECT_TRUE(is_there(file));
  EXPECT_TRUE(is_there(tree));
  EXPECT_EQ(store->quota().used(), used);
}

TEST_F(OldTemporaries, StayWhileTheirScriptRuns) {
  own_files own{store, "a"};
  ASSERT_TRUE(own.root());
  EXPECT_EQ(store->sweep(wall_now() + 48h, go), 0u);
  EXPECT_TRUE(is_there(file));
}

TEST_F(OldTemporaries, StayWhileTheirScriptRunsInAnotherProcess) {
  const auto of_other = make();
  own_files own{of_other, "a"};
  ASSERT_TRUE(own.root());
  EXPECT_EQ(store->sweep(wall_now() + 48h, go), 0u);
}

TEST_F(OldTemporaries, StayWhenSomethingInThemWasUsed) {
  const auto later = wall_now() + 24h + 1min;
  const auto then = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + 1h);
  const struct timespec read_later[2] = {{then, 0}, {0, UTIME_OMIT}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (base() / "a" / tree / "x").c_str(), read_later, 0), 0);
  EXPECT_EQ(store->sweep(later, go), 1u);
  EXPECT_TRUE(is_there(tree + "/x"));
  EXPECT_FALSE(is_there(file));
}

TEST_F(OldTemporaries, DoNotSeemUsedBecauseTheyWereLookedThrough) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(store->sweep(wall_now() + 23h, go), 0u);
  EXPECT_EQ(store->sweep(wall_now() + 24h + 1min, go), 2u);
}

TEST_F(OldTemporaries, StayUnderANameOfTheScriptsOwn) {
  fs::rename(base() / "a" / file, base() / "a/report.txt");
  EXPECT_EQ(store->sweep(wall_now() + 48h, go), 1u);
  EXPECT_TRUE(is_there("report.txt"));
}

TEST_F(OldTemporaries, TakeWithThemWhatAKilledProcessLeft) {
  std::ofstream{base() / "a" / (".remora-" + make_temporary_mark())} << "half";
  EXPECT_EQ(store->sweep(wall_now() + 48h, go), 3u);
}

TEST_F(OldTemporaries, AreNotFollowedOutOfTheFolder) {
  const fs::path outside = folder / "outside";
  fs::create_directories(outside / "sub");
  std::ofstream{outside / ("x" + make_temporary_mark())} << "not ours";
  fs::create_directory_symlink(outside, base() / "a/link");
  fs::create_directory_symlink(outside, base() / "a" / make_temporary_mark());
  EXPECT_EQ(store->sweep(wall_now() + 48h, go), 3u) << "the temporary link itself goes";
  EXPECT_EQ(std::distance(fs::directory_iterator{outside}, {}), 2);
}

TEST_F(OldTemporaries, StayWhenThereIsNoTime) {
  EXPECT_EQ(store->sweep(wall_now() + 48h, [] { return false; }), 0u);
  EXPECT_TRUE(is_there(file));
}

TEST_F(OldTemporaries, AreNoHindranceWhenTheStoreBegins) {
  store.reset();
  const auto next = make();
  next->begin();
  EXPECT_EQ(next->quota().used(), used) << "they are young, so they count";
}

} // namespace
} // namespace remora::script
