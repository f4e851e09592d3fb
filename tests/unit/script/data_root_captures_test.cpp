#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "script/files/data_root.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::script {
namespace {

namespace fs = std::filesystem;

/// A root beside which there is something to reach for.
class DataRootCaptures : public testing::Test {
 protected:
  void SetUp() override {
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
  static std::string why(const result<std::string>& done) { return done ? "(done)" : done.error().message; }

  test::temporary_folder folder;
  std::shared_ptr<file_quota> quota = std::make_shared<file_quota>(std::uint64_t{1} << 20U);
  std::unique_ptr<data_root> root;
};

TEST_F(DataRootCaptures, MakesCapturesPieceByPieceUnderTheNextFreeNumber) {
  put(base() / "7.pcap", "taken");
  const auto fill = [](const byte_taker& to) -> result<void> {
    if (auto done = to("one "); !done) return done;
    return to("two");
  };
  EXPECT_EQ(root->make_capture("", 7, fill), "8.pcap");
  EXPECT_EQ(get(base() / "8.pcap"), "one two");
  EXPECT_EQ(get(base() / "7.pcap"), "taken");
  ASSERT_TRUE(root->make_folder("d"));
  EXPECT_EQ(root->make_capture("d", 7, fill), "d/7.pcap");
  EXPECT_EQ(root->make_capture(base().string() + "/d/", 7, fill), base().string() + "/d/8.pcap");
}

TEST_F(DataRootCaptures, RemovesACaptureThatCouldNotBeFilled) {
  const std::uint64_t before = quota->used();
  const auto fails = [](const byte_taker& to) -> result<void> {
    EXPECT_TRUE(to("half"));
    return fail(errc::io_failed, "no more");
  };
  EXPECT_EQ(why(root->make_capture("", 7, fails)), "no more");
  EXPECT_EQ(entries(base()), 0u);
  EXPECT_EQ(quota->used(), before);
}

TEST_F(DataRootCaptures, MakesCapturesNowhereElse) {
  const auto fill = [](const byte_taker& to) { return to("x"); };
  ASSERT_TRUE(root->allow_reading(outside().string()));
  for (const std::string& in : {std::string{".."}, std::string{"../outside"}, outside().string()})
    EXPECT_FALSE(root->make_capture(in, 7, fill)) << in;
  fs::create_symlink(outside(), base() / "link");
  EXPECT_FALSE(root->make_capture("link", 7, fill));
  EXPECT_EQ(entries(outside()), 1u);
}

TEST_F(DataRootCaptures, ListsAndOpensFilesWhereItMayRead) {
  put(base() / "d/b", "b");
  put(base() / "d/a", "a");
  put(base() / "d/e/inner", "x");
  fs::create_symlink(outside() / "secret", base() / "d/link");
  EXPECT_EQ(root->files_in("d"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(root->open_file("d", "a"));
  for (const char* name : {"link", "e", "..", ".", "", "e/inner", "../d/a"})
    EXPECT_FALSE(root->open_file("d", name)) << name;
  EXPECT_FALSE(root->files_in(outside().string()));
  EXPECT_FALSE(root->open_file(outside().string(), "secret"));
  ASSERT_TRUE(root->allow_reading(outside().string()));
  EXPECT_EQ(root->files_in(outside().string()), (std::vector<std::string>{"secret"}));
  EXPECT_TRUE(root->open_file(outside().string(), "secret"));
}

TEST_F(DataRootCaptures, HasScratchFilesThatNobodySeesAndThatGo) {
  const std::uint64_t before = quota->used();
  {
    auto scratch = root->make_scratch();
    ASSERT_TRUE(scratch);
    ASSERT_TRUE(scratch->write("between"));
    EXPECT_GT(quota->used(), before);
    EXPECT_EQ(root->files_in("."), std::vector<std::string>{});
  }
  EXPECT_EQ(entries(base()), 0u);
  EXPECT_EQ(quota->used(), before);
}

} // namespace
} // namespace remora::script
