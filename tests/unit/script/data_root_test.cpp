#include "script/files/data_root.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace remora::script {
namespace {

namespace fs = std::filesystem;

/// A root beside which there is something to reach for.
class DataRoot : public testing::Test {
 protected:
  static bool go() { return true; }
  static bool stop() { return false; }

  void SetUp() override {
    fs::create_directories(outside());
    put(outside() / "secret", "secret");
    root = *data_root::open(base().string(), quota);
  }

  fs::path base() const { return folder.path() / "root"; }
  fs::path outside() const { return folder.path() / "outside"; }
  static void put(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
  }
  static std::string get(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  static std::size_t entries(const fs::path& path) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{path}, {}));
  }
  template <class T>
  static std::string why(const result<T>& done) {
    return done ? "(done)" : done.error().message;
  }
  void expect_nothing_happened_outside() const {
    EXPECT_EQ(entries(outside()), 1u);
    EXPECT_EQ(get(outside() / "secret"), "secret");
  }
  /// Everything a script can do with a path.
  std::vector<std::string> try_all(const std::string& path) {
    return {why(root->write(path, "x")),
            why(root->append(path, "x")),
            why(root->move(path, "moved", go)),
            why(root->move("own", path, go)),
            why(root->copy(path, "copied", go)),
            why(root->copy("own", path, go)),
            why(root->remove(path, go)),
            why(root->make_folder(path)),
            why(root->make_temporary_folder("t", path)),
            why(root->make_temporary_file("t", path, "")),
            why(root->pack(path, 1, go))};
  }

  test::temporary_folder folder;
  std::shared_ptr<file_quota> quota = std::make_shared<file_quota>(1u << 20);
  std::unique_ptr<data_root> root;
};

TEST_F(DataRoot, RefusesEveryPathThatLeavesIt) {
  put(base() / "own", "own");
  put(base() / "a/b", "b");
  for (const std::string& path :
       {std::string{".."}, std::string{"../outside/secret"}, std::string{"a/../../outside/secret"},
        std::string{"./a/./../.././outside"}, std::string{"/etc/passwd"}, std::string{"/"},
        outside().string() + "/secret", base().string() + "/../outside/secret", base().string() + "er/x",
        "//" + base().string().substr(1) + "/x"}) {
    for (const std::string& answer : try_all(path))
      EXPECT_NE(answer.find("is outside the folder of the script"), std::string::npos)
          << path << ": " << answer;
  }
  expect_nothing_happened_outside();
  EXPECT_EQ(get(base() / "own"), "own");
}

TEST_F(DataRoot, TakesDotsThatStayInside) {
  ASSERT_TRUE(root->make_folder("a/b"));
  EXPECT_TRUE(root->write("a/b/../c", "1"));
  EXPECT_TRUE(root->write("./a//./d", "2"));
  EXPECT_TRUE(root->write(base().string() + "/a/e", "3"));
  EXPECT_EQ(get(base() / "a/c") + get(base() / "a/d") + get(base() / "a/e"), "123");
}

TEST_F(DataRoot, FollowsNoSymbolicLinkOnTheWay) {
  put(base() / "own", "own");
  fs::create_directory_symlink(outside(), base() / "out");
  fs::create_directory_symlink(".", base() / "here");
  for (const std::string path : {"out/secret", "out/new", "here/own", "here/out/secret"}) {
    for (const std::string& answer : try_all(path))
      EXPECT_NE(answer.find("symbolic links are not followed"), std::string::npos) << path << ": " << answer;
  }
  expect_nothing_happened_outside();
}

TEST_F(DataRoot, FollowsNoSymbolicLinkAtTheEnd) {
  put(base() / "own", "own");
  fs::create_symlink(outside() / "secret", base() / "link");
  fs::create_symlink(outside() / "new", base() / "dangling");
  for (const std::string path : {"link", "dangling"}) {
    EXPECT_FALSE(root->write(path, "x"));
    EXPECT_FALSE(root->append(path, "x"));
    EXPECT_FALSE(root->copy(path, "copied", go));
    EXPECT_FALSE(root->copy("own", path, go));
    EXPECT_FALSE(root->move(path, "moved", go));
    EXPECT_FALSE(root->move("own", path, go));
    EXPECT_FALSE(root->make_folder(path));
    EXPECT_FALSE(root->pack(path, 1, go));
    EXPECT_TRUE(fs::is_symlink(base() / path));
  }
  expect_nothing_happened_outside();
  EXPECT_EQ(entries(base()), 3u) << "something was left behind";
}

TEST_F(DataRoot, RemovesALinkAndNotWhatItPointsTo) {
  fs::create_directories(base() / "a/b");
  fs::create_directory_symlink(outside(), base() / "a/b/out");
  fs::create_directory_symlink(outside(), base() / "out");
  EXPECT_TRUE(root->remove("a", go));
  EXPECT_TRUE(root->remove("out", go));
  EXPECT_EQ(entries(base()), 0u);
  expect_nothing_happened_outside();
}

TEST_F(DataRoot, PacksNoLinksAndNoPipes) {
  put(base() / "d/file", "content");
  fs::create_directory_symlink(outside(), base() / "d/out");
  ASSERT_EQ(::mkfifo((base() / "d/pipe").c_str(), 0600), 0);
  const auto name = root->pack("d", 7, go);
  ASSERT_TRUE(name) << why(name);
  fs::create_directories(folder / "unpacked");
  ASSERT_EQ(std::system(
                ("tar -xzf " + (base() / *name).string() + " -C " + (folder / "unpacked").string()).c_str()),
            0);
  EXPECT_EQ(entries(folder / "unpacked"), 1u);
  EXPECT_EQ(get(folder / "unpacked/file"), "content");
}

TEST_F(DataRoot, WaitsForNoPipe) {
  ASSERT_EQ(::mkfifo((base() / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(root->append("pipe", "x"));
  EXPECT_FALSE(root->write("pipe", "x"));
  EXPECT_FALSE(root->copy("pipe", "copied", go));
  EXPECT_TRUE(root->remove("pipe", go));
}

TEST_F(DataRoot, StaysInsideWhileSomebodySwapsFoldersForLinks) {
  put(base() / "own", "own");
  fs::create_directories(base() / "d/e");
  std::atomic<bool> done{false};
  std::thread attacker{[&] {
    while (!done) {
      std::error_code ignored;
      fs::rename(base() / "d", base() / "hidden", ignored);
      fs::create_directory_symlink(outside(), base() / "d", ignored);
      fs::remove(base() / "d", ignored);
      fs::rename(base() / "hidden", base() / "d", ignored);
    }
  }};
  int written = 0;
  for (int i = 0; i < 1500 || written == 0; ++i) {
    written += root->write("d/x", "x") ? 1 : 0;
    (void)root->append("d/y", "x");
    (void)root->make_folder("d/f");
    (void)root->copy("d/secret", "stolen", go);
    (void)root->remove("d/f", go);
    (void)root->remove("d/secret", go);
  }
  done = true;
  attacker.join();
  expect_nothing_happened_outside();
  EXPECT_FALSE(fs::exists(base() / "stolen"));
}

TEST_F(DataRoot, RefusesNamesAndPathsThatAreTooLong) {
  const std::string long_name(300, 'n');
  EXPECT_FALSE(root->write(long_name, "x"));
  EXPECT_NE(why(root->write(std::string(5000, 'p'), "x")).find("is too long for a path"), std::string::npos);
  std::string deep = "d";
  while (deep.size() < 2000)
    deep += "/d";
  EXPECT_NE(why(root->make_folder(deep)).find("is too deep"), std::string::npos);
  EXPECT_FALSE(root->make_temporary_file(long_name, "", ""));
  EXPECT_FALSE(root->make_temporary_folder(long_name, ""));
  EXPECT_LT(why(root->write(long_name, "x")).size(), 400u);
  EXPECT_EQ(entries(base()), 0u);
  EXPECT_EQ(quota->used(), 0u);
}

TEST_F(DataRoot, RefusesAPathWithANulInIt) {
  put(base() / "own", "own");
  for (const std::string& answer : try_all(std::string{"a\0b", 3}))
    EXPECT_NE(answer.find("NUL"), std::string::npos) << answer;
}

TEST_F(DataRoot, DoesNotLetFoldersBeMovedTooDeep) {
  std::string way = "a";
  for (std::size_t i = 1; i < max_folder_levels; ++i)
    way += "/a";
  ASSERT_TRUE(root->make_folder(way)) << "the deepest that is allowed";
  ASSERT_TRUE(root->make_folder("b/b"));
  EXPECT_FALSE(root->write(way + "/file", "x"));
  EXPECT_NE(why(root->move("b", way.substr(0, way.size() - 2), go)).find("too deep"), std::string::npos);
  EXPECT_TRUE(root->move("b/b", way.substr(0, way.size() - 2), go));
  EXPECT_TRUE(root->pack(".", 1, go));
  EXPECT_TRUE(root->remove("a", go));
  EXPECT_FALSE(fs::exists(base() / "a"));
}

TEST_F(DataRoot, DoesNotRemoveTheFolderOfTheScriptItself) {
  put(base() / "own", "own");
  for (const std::string path : {".", "a/..", "./"}) {
    EXPECT_FALSE(root->remove(path, go));
    EXPECT_FALSE(root->move(path, "x", go));
    EXPECT_FALSE(root->write(path, "x"));
  }
  EXPECT_FALSE(root->remove(base().string(), go));
  EXPECT_EQ(get(base() / "own"), "own");
}

// ------------------------------------------------------------------------------------------- quota

TEST_F(DataRoot, RefusesWhatWouldPassTheQuota) {
  const std::string much(600u << 10, 'x');
  ASSERT_TRUE(root->write("a", much));
  const auto refused = root->write("b", much);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_full);
  EXPECT_EQ(refused.error().message,
            "\"b\": the files of scripts would need more than 1MiB (scripting.limits.fileQuota)");
  EXPECT_FALSE(root->append("a", much));
  EXPECT_FALSE(root->copy("a", "c", go));
  EXPECT_EQ(entries(base()), 1u);
  EXPECT_EQ(fs::file_size(base() / "a"), much.size());
  EXPECT_TRUE(root->remove("a", go));
  EXPECT_TRUE(root->write("b", much));
}

TEST_F(DataRoot, CountsWhatIsThereAndNothingElse) {
  ASSERT_TRUE(root->make_folder("d/e"));
  ASSERT_TRUE(root->write("d/a", "12345"));
  ASSERT_TRUE(root->write("d/a", "123"));
  ASSERT_TRUE(root->append("d/a", "4567"));
  ASSERT_TRUE(root->append("d/new", "12"));
  ASSERT_TRUE(root->copy("d/a", "d/e", go));
  ASSERT_TRUE(root->copy("d/a", "d/new", go));
  ASSERT_TRUE(root->move("d/e/a", "d/a", go));
  ASSERT_TRUE(root->move("d/a", "d/a", go));
  ASSERT_TRUE(root->make_temporary_file("t", "d", "log"));
  ASSERT_TRUE(root->make_temporary_folder("t", "d/e"));
  ASSERT_TRUE(root->pack("d", 1, go));
  EXPECT_FALSE(root->write("none/a", "x"));
  EXPECT_FALSE(root->copy("none", "a", go));
  EXPECT_FALSE(root->pack("none", 1, go));
  EXPECT_EQ(quota->used(), *bytes_below(base().string(), go));
  for (const fs::directory_entry& each : fs::directory_iterator{base()})
    ASSERT_TRUE(root->remove(each.path().filename().string(), go));
  EXPECT_EQ(quota->used(), 0u);
}

TEST_F(DataRoot, CountsEmptyFilesAndFoldersToo) {
  int made = 0;
  while (root->make_temporary_file("t", "", "") && root->make_temporary_folder("t", ""))
    ++made;
  EXPECT_EQ(made, 128);
}

TEST_F(DataRoot, LeavesNoHalfArchiveWhenTheQuotaOrTheTimeIsUsedUp) {
  put(base() / "d/a", std::string(5000, 'x'));
  EXPECT_FALSE(root->pack("d", 1, stop));
  EXPECT_FALSE(root->copy("d/a", "copied", stop));
  EXPECT_FALSE(root->remove("d", stop));
  ASSERT_TRUE(quota->take(quota->limit() - file_quota::entry_bytes));
  EXPECT_FALSE(root->pack("d", 1, go));
  EXPECT_EQ(entries(base()), 1u);
  EXPECT_EQ(get(base() / "d/a").size(), 5000u);
}

TEST_F(DataRoot, ReplacesAFileAtOnce) {
  ASSERT_TRUE(root->write("a", "old"));
  const std::ifstream reader{base() / "a"};
  ASSERT_TRUE(root->write("a", "new"));
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{reader.rdbuf()}, {}}), "old");
  EXPECT_EQ(get(base() / "a"), "new");
}

// ------------------------------------------------------------------------------- folders to read from

/// A folder beside the root that a script may read: where captures lie, for example.
class ReadableFolder : public DataRoot {
 protected:
  void SetUp() override {
    DataRoot::SetUp();
    put(shelf() / "a.pcap", "packets");
    put(shelf() / "sub/b.pcap", "more");
    ASSERT_TRUE(root->allow_reading(shelf().string() + "//"));
  }
  fs::path shelf() const { return folder.path() / "shelf"; }
  std::string on_shelf(const std::string& name) const { return (shelf() / name).string(); }
};

TEST_F(ReadableFolder, IsCopiedAndPackedFrom) {
  EXPECT_EQ(why(root->copy(on_shelf("a.pcap"), "mine", go)), "(done)");
  EXPECT_EQ(get(base() / "mine"), "packets");
  EXPECT_EQ(why(root->copy(on_shelf("sub/../sub/b.pcap"), ".", go)), "(done)");
  EXPECT_EQ(get(base() / "b.pcap"), "more");
  EXPECT_EQ(root->pack(shelf().string(), 7, go).value_or("?"), "kubeshark_7.tar.gz");
  EXPECT_EQ(root->pack(on_shelf("sub"), 8, go).value_or("?"), "kubeshark_8.tar.gz");
}

TEST_F(ReadableFolder, IsNeverChanged) {
  const std::string there = on_shelf("a.pcap");
  put(base() / "own", "own");
  const std::string refused = "\"" + there + "\": may only be read";
  EXPECT_EQ(why(root->write(there, "x")), refused);
  EXPECT_EQ(why(root->append(there, "x")), refused);
  EXPECT_EQ(why(root->move(there, "moved", go)), refused);
  EXPECT_EQ(why(root->move("own", there, go)), refused);
  EXPECT_EQ(why(root->copy("own", there, go)), refused);
  EXPECT_EQ(why(root->remove(there, go)), refused);
  EXPECT_EQ(why(root->make_folder(there)), refused);
  EXPECT_EQ(why(root->make_temporary_folder("t", shelf().string())),
            "\"" + shelf().string() + "\": may only be read");
  EXPECT_EQ(why(root->make_temporary_file("t", shelf().string(), "")),
            "\"" + shelf().string() + "\": may only be read");
  EXPECT_EQ(get(there), "packets");
  EXPECT_EQ(entries(shelf()), 2u);
}

TEST_F(ReadableFolder, LeadsNowhereElse) {
  fs::create_symlink(outside() / "secret", shelf() / "link");
  fs::create_directory_symlink(outside(), shelf() / "folder");
  for (const std::string& path : {on_shelf("../outside/secret"), on_shelf("../shelf2/x"), on_shelf("link"),
                                  on_shelf("folder/secret"), shelf().string() + "2/x", shelf().string()}) {
    EXPECT_FALSE(root->copy(path, "stolen", go)) << path;
    EXPECT_FALSE(fs::exists(base() / "stolen")) << path;
  }
  expect_nothing_happened_outside();
}

TEST_F(ReadableFolder, IsLookedForWhenItIsUsed) {
  const fs::path later = folder / "later";
  ASSERT_TRUE(root->allow_reading(later.string()));
  EXPECT_EQ(why(root->copy((later / "x").string(), "x", go)),
            "\"" + (later / "x").string() + "\": No such file or directory");
  put(later / "x", "now");
  EXPECT_TRUE(root->copy((later / "x").string(), "x", go));
}

TEST_F(ReadableFolder, IsAPlainAbsolutePath) {
  for (const char* path : {"", "/", "relative", "/a/../b", "/a/.", "./a"})
    EXPECT_FALSE(root->allow_reading(path)) << path;
  EXPECT_FALSE(root->allow_reading(std::string_view{"/a\0b", 4}));
}

// ---------------------------------------------------------------------------------------- archives

TEST_F(DataRoot, PacksFilesThatTarUnpacks) {
  const std::string long_name(180, 'n');
  std::string bytes;
  for (int i = 0; i < 200'000; ++i)
    bytes += static_cast<char>(i * 7919 >> 5);
  put(base() / "d/sub/folder/\u00b5 \xF0\x9F\x90\x9F", bytes);
  put(base() / "d" / long_name / long_name, "long");
  put(base() / "d/empty", "");
  put(base() / "d/block", std::string(512, 'b'));
  fs::create_directories(base() / "d/nothing");
  const auto name = root->pack("d", 1'700'000'000, go);
  ASSERT_TRUE(name) << why(name);
  EXPECT_EQ(*name, "kubeshark_1700000000.tar.gz");
  const fs::path to = folder / "unpacked";
  fs::create_directories(to);
  ASSERT_EQ(std::system(("tar -xzf " + (base() / *name).string() + " -C " + to.string()).c_str()), 0);
  EXPECT_EQ(get(to / "sub/folder/\u00b5 \xF0\x9F\x90\x9F"), bytes);
  EXPECT_EQ(get(to / long_name / long_name), "long");
  EXPECT_TRUE(fs::is_empty(to / "empty"));
  EXPECT_TRUE(fs::is_directory(to / "nothing"));
  EXPECT_EQ(get(to / "block"), std::string(512, 'b'));
  EXPECT_EQ(entries(to), 5u);
}

TEST_F(DataRoot, GivesTwoArchivesOfASecondTwoNames) {
  put(base() / "a", "a");
  EXPECT_EQ(*root->pack(".", 7, go), "kubeshark_7.tar.gz");
  EXPECT_EQ(*root->pack(".", 7, go), "kubeshark_8.tar.gz");
}

TEST_F(DataRoot, NamesArchivesAsTheConfigurationSays) {
  auto other = *data_root::open(base().string() + "/", quota, "mine");
  EXPECT_EQ(*other->pack(".", 7, go), "mine_7.tar.gz");
}

TEST(DataRootOpening, SaysWhyItCannot) {
  const test::temporary_folder folder;
  const auto missing = data_root::open(folder / "none/root", std::make_shared<file_quota>(1));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(), errc::not_found);
  EXPECT_NE(missing.error().message.find("none/root"), std::string::npos);
  std::ofstream{folder / "file"} << "x";
  EXPECT_FALSE(data_root::open(folder / "file", std::make_shared<file_quota>(1)));
}

} // namespace
} // namespace remora::script
