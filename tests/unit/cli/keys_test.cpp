#include <filesystem>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "actors/link/enrolment.hpp"
#include "actors/link/secret_key.hpp"
#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Keys : public CliTest {
 protected:
  std::string new_key(const std::string& name) {
    EXPECT_EQ(remora({"keys", "new", name}), 0) << err();
    const auto secret = link::load_secret_key(name + ".secret");
    return secret ? secret->public_key() : "";
  }
  link::enrolment enrolled() { return link::enrolment::load("data/workers.keys").value(); }
  int keys(std::vector<std::string> line) {
    std::filesystem::create_directory("data");
    line.insert(line.begin(), "keys");
    line.insert(line.end(), {"--data", "data"});
    return remora(line);
  }
};

TEST_F(Keys, AreMadeForTheirOwnerAlone) {
  const std::string key = new_key("node-1");
  struct stat found {};
  ASSERT_EQ(::stat("node-1.secret", &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_THAT(out(),
              AllOf(HasSubstr(key), HasSubstr("worker:"), HasSubstr("keys enroll"), HasSubstr("hub_key")));
}

TEST_F(Keys, NeverShowTheSecret) {
  new_key("node-1");
  const auto secret = link::load_secret_key("node-1.secret");
  ASSERT_TRUE(secret);
  EXPECT_THAT(out() + err(), Not(HasSubstr(secret->reveal())));
}

TEST_F(Keys, AreNeverOverwritten) {
  const std::string key = new_key("node-1");
  EXPECT_EQ(remora({"keys", "new", "node-1"}), 1);
  EXPECT_EQ(link::load_secret_key("node-1.secret")->public_key(), key);
}

TEST_F(Keys, HaveANameThatIsOne) {
  EXPECT_EQ(remora({"keys", "new", "../x"}), 2);
  EXPECT_EQ(remora({"keys", "new"}), 2);
}

TEST_F(Keys, AreEnrolledInThreeWays) {
  const std::string first = new_key("a");
  const std::string second = new_key("b");
  const std::string third = new_key("c");
  ASSERT_EQ(keys({"enroll", "a.public"}), 0) << err();
  ASSERT_EQ(keys({"enroll", "b:" + second}), 0) << err();
  ASSERT_EQ(keys({"enroll", third, "--name", "see"}), 0) << err();
  EXPECT_EQ(*enrolled().name_of(first), "a");
  EXPECT_EQ(*enrolled().name_of(second), "b");
  EXPECT_EQ(*enrolled().name_of(third), "see");
}

TEST_F(Keys, AreEnrolledAllOrNone) {
  new_key("a");
  EXPECT_EQ(keys({"enroll", "a.public", "no-such-file"}), 2);
  EXPECT_THAT(err(), HasSubstr("quote them"));
  EXPECT_FALSE(std::filesystem::exists("data/workers.keys"));
}

TEST_F(Keys, NeedAName) {
  const std::string key = new_key("a");
  EXPECT_EQ(keys({"enroll", key}), 2);
  EXPECT_THAT(err(), HasSubstr("--name"));
}

TEST_F(Keys, EnrollNobodyUnderTheNameOfTheHubsOwnScripts) {
  const std::string key = new_key("a");
  EXPECT_EQ(keys({"enroll", key, "--name", "hub"}), 2);
  EXPECT_THAT(err(), HasSubstr("the hub's own scripts"));
  EXPECT_TRUE(enrolled().keys().empty());
}

TEST_F(Keys, AreRevokedByNameOrKeyAndDoNotComeBack) {
  const std::string first = new_key("a");
  const std::string second = new_key("b");
  ASSERT_EQ(keys({"enroll", "a.public", "b.public"}), 0) << err();
  EXPECT_EQ(keys({"revoke", "a"}), 0) << err();
  EXPECT_EQ(keys({"revoke", second}), 0) << err();
  EXPECT_TRUE(enrolled().is_revoked(first));
  EXPECT_TRUE(enrolled().is_revoked(second));
  EXPECT_EQ(keys({"enroll", "a.public"}), 2);
  EXPECT_EQ(keys({"revoke", "nobody"}), 1);
}

TEST_F(Keys, AreListed) {
  const std::string key = new_key("a");
  ASSERT_EQ(keys({"enroll", "a.public"}), 0) << err();
  EXPECT_EQ(keys({"list"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("\t" + key + "\n"));
  EXPECT_EQ(keys({"list", "--json"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr(R"("revoked":null)"));
}

TEST_F(Keys, AreFoundThroughTheConfiguration) {
  new_key("a");
  std::filesystem::create_directory("data");
  EXPECT_EQ(remora({"keys", "enroll", "a.public", "--set",
                    "hub.data=" + (std::filesystem::current_path() / "data").string()}),
            0)
      << err();
  EXPECT_EQ(enrolled().keys().size(), 1u);
}

TEST_F(Keys, SayWhenThereIsNoSuchDataFolder) {
  new_key("a");
  EXPECT_EQ(remora({"keys", "enroll", "a.public", "--data", "nowhere"}), 1);
  EXPECT_THAT(err(), HasSubstr("--data"));
}

} // namespace
} // namespace remora::cli::test
