#include "worker/node/deployment_file.hpp"

#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "node_doubles.hpp"

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;

class DeploymentFile : public ::testing::Test {
 protected:
  std::string content() const {
    std::ifstream in{path_, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void write(const std::string& content) const { std::ofstream{path_, std::ios::binary} << content; }

  remora::test::temporary_folder folder_;
  std::filesystem::path path_ = folder_ / "deployment";
  deployment_file file_{path_};
};

TEST_F(DeploymentFile, GivesBackWhatWasSaved) {
  auto saved = deployment_of(9, {{"a", "1"}, {"b", std::string(500'000, 'x')}});
  saved.manifest.env_json = R"({"KEY":"value"})";
  saved.manifest.timezone = "Europe/Berlin";
  saved.manifest.paused.push_back({"a", "t"});
  ASSERT_TRUE(file_.save(saved));
  const auto loaded = file_.load();
  ASSERT_TRUE(loaded);
  ASSERT_TRUE(*loaded);
  EXPECT_TRUE(
      protocol::same(protocol::deployment{(*loaded)->manifest}, protocol::deployment{saved.manifest}));
  EXPECT_EQ((*loaded)->code, saved.code);
}

TEST_F(DeploymentFile, IsForItsOwnerAlone) {
  ASSERT_TRUE(file_.save(deployment_of(1, {})));
  struct stat about {};
  ASSERT_EQ(::stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(DeploymentFile, IsNothingWhenThereIsNone) {
  const auto loaded = file_.load();
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
}

TEST_F(DeploymentFile, IsNotUsedWhenAnyByteOfItIsDamaged) {
  ASSERT_TRUE(file_.save(deployment_of(1, {{"a", "code"}})));
  const std::string good = content();
  for (std::size_t i = 0; i < good.size(); ++i) {
    if (good[i] == '\n' && i > 20) continue; // the one behind the checksum only separates
    std::string bad = good;
    bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ 0x10U);
    std::filesystem::remove(path_);
    write(bad);
    std::filesystem::permissions(path_, std::filesystem::perms{0600});
    EXPECT_EQ(file_.load().error(), errc::store_damaged) << "byte " << i;
  }
}

TEST_F(DeploymentFile, IsNotUsedWhenItIsCutOff) {
  ASSERT_TRUE(file_.save(deployment_of(1, {{"a", "code"}})));
  const std::string good = content();
  for (std::size_t length = 0; length < good.size(); ++length) {
    std::filesystem::remove(path_);
    write(good.substr(0, length));
    std::filesystem::permissions(path_, std::filesystem::perms{0600});
    EXPECT_EQ(file_.load().error(), errc::store_damaged) << length << " bytes";
  }
}

TEST_F(DeploymentFile, IsKeptUnderAnotherNameWhenItIsDamaged) {
  write("not a deployment");
  std::filesystem::permissions(path_, std::filesystem::perms{0600});
  const auto loaded = file_.load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("it was moved to " + path_.string() + ".damaged"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(std::filesystem::exists(path_.string() + ".damaged"));
}

TEST_F(DeploymentFile, IsNotUsedWhenOthersMayChangeIt) {
  ASSERT_TRUE(file_.save(deployment_of(1, {})));
  std::filesystem::permissions(path_, std::filesystem::perms{0666});
  EXPECT_EQ(file_.load().error(), errc::permission_denied);
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(DeploymentFile, IsNotUsedWithoutTheCodeOfAllItsScripts) {
  auto part = deployment_of(1, {{"a", "1"}, {"b", "2"}});
  part.code.erase(part.code.begin());
  ASSERT_TRUE(file_.save(part));
  EXPECT_EQ(file_.load().error(), errc::store_damaged);
}

} // namespace
} // namespace remora::worker::test
