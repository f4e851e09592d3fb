#include "actors/link/enrolment.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/link/secret_key.hpp"
#include "tests/support/temporary_folder.hpp"

namespace remora::link {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const timestamp noon = *parse_rfc3339("2026-01-31T12:00:00Z");

std::string some_key() { return make_key_pair()->public_key; }

unsigned mode_of(const std::filesystem::path& file) {
  struct stat about {};
  return ::stat(file.c_str(), &about) == 0 ? about.st_mode & 0777U : 0;
}

void write(const std::filesystem::path& file, const std::string& text, mode_t mode = 0600) {
  std::ofstream{file} << text;
  ::chmod(file.c_str(), mode);
}

TEST(Enrolment, KnowsAKeyByTheNameItWasEnrolledUnder) {
  enrolment some;
  const auto key = some_key();
  ASSERT_TRUE(some.enroll("node-1", key, noon));
  ASSERT_NE(some.name_of(key), nullptr);
  EXPECT_EQ(*some.name_of(key), "node-1");
  EXPECT_EQ(some.name_of(some_key()), nullptr);
}

TEST(Enrolment, ForgetsNobodyButLetsNobodyInWhoIsRevoked) {
  enrolment some;
  const auto key = some_key();
  ASSERT_TRUE(some.enroll("node-1", key, noon));
  ASSERT_TRUE(some.revoke(key, noon));
  EXPECT_EQ(some.name_of(key), nullptr);
  EXPECT_TRUE(some.is_revoked(key));
  EXPECT_EQ(some.enroll("node-1", key, noon).error(), errc::invalid_usage);
}

TEST(Enrolment, GivesOneKeyToOneNodeButANodeMayHaveTwo) {
  enrolment some;
  const auto key = some_key();
  ASSERT_TRUE(some.enroll("node-1", key, noon));
  EXPECT_TRUE(some.enroll("node-1", key, noon));
  EXPECT_THAT(some.enroll("node-2", key, noon).error().message, HasSubstr("node-1"));
  EXPECT_TRUE(some.enroll("node-1", some_key(), noon));
}

TEST(Enrolment, RevokesNobodyWhoIsNotThere) {
  EXPECT_EQ(enrolment{}.revoke(some_key(), noon).error(), errc::not_found);
}

TEST(Enrolment, RefusesNamesThatAreNone) {
  for (const char* name : {"", "-x", "a b", "a\n", "#a", "ä"}) {
    EXPECT_FALSE(enrolment{}.enroll(name, some_key(), noon)) << name;
  }
  EXPECT_FALSE(enrolment{}.enroll(std::string(254, 'a'), some_key(), noon));
  EXPECT_TRUE(enrolment{}.enroll(std::string(253, 'a'), some_key(), noon));
}

TEST(Enrolment, RefusesKeysThatAreNone) {
  for (const auto& key : {std::string{}, std::string(39, '0'), std::string(41, '0'), std::string(40, '~'),
                          std::string(40, '\0')}) {
    EXPECT_FALSE(enrolment{}.enroll("node-1", key, noon)) << key;
  }
}

TEST(EnrolmentFile, KeepsEverythingAndOnlyItsOwnerReadsIt) {
  const test::temporary_folder folder;
  const auto good = some_key();
  const auto bad = some_key();
  enrolment some;
  ASSERT_TRUE(some.enroll("node-1", good, noon));
  ASSERT_TRUE(some.enroll("node-2", bad, noon));
  ASSERT_TRUE(some.revoke(bad, noon));
  ASSERT_TRUE(some.save(folder / "enrolled"));
  ASSERT_TRUE(some.save(folder / "enrolled")) << "a second time replaces the first";
  EXPECT_EQ(mode_of(folder / "enrolled"), 0600U);

  const auto loaded = enrolment::load(folder / "enrolled");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(*loaded->name_of(good), "node-1");
  EXPECT_EQ(loaded->keys().at(good).since, noon);
  EXPECT_TRUE(loaded->is_revoked(bad));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1)
      << "no temporary file is left";
}

TEST(EnrolmentFile, IsEmptyWhenThereIsNone) {
  const test::temporary_folder folder;
  const auto loaded = enrolment::load(folder / "none");
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->keys().empty());
}

TEST(EnrolmentFile, NamesTheLineThatIsWrong) {
  const std::string key = some_key();
  const std::string good = "node-1 " + key + " 2026-01-31T12:00:00Z -\n";
  const struct {
    std::string text;
    const char* line;
  } rows[] = {
      {"node-1\n", ":1:"},
      {"# who\n\n" + good + "node-2 short 2026-01-31T12:00:00Z -\n", ":4:"},
      {good + good, ":2:"},
      {"node-1 " + key + " yesterday -\n", ":1:"},
      {"node-1 " + key + " 2026-01-31T12:00:00Z never\n", ":1:"},
      {"node-1 " + key + " 2026-01-31T12:00:00Z - more\n", ":1:"},
      {"-1 " + key + " 2026-01-31T12:00:00Z -", ":1:"},
  };
  for (const auto& row : rows) {
    const test::temporary_folder folder;
    write(folder / "enrolled", row.text);
    const auto loaded = enrolment::load(folder / "enrolled");
    ASSERT_FALSE(loaded) << row.text;
    EXPECT_EQ(loaded.error(), errc::invalid_config);
    EXPECT_THAT(loaded.error().message, HasSubstr(row.line));
  }
}

TEST(EnrolmentFile, IsRefusedWhenOthersMayWriteIt) {
  const test::temporary_folder folder;
  write(folder / "enrolled", "", 0666);
  EXPECT_EQ(enrolment::load(folder / "enrolled").error(), errc::permission_denied);
}

TEST(SecretKey, ComesBackFromItsFileAndOnlyItsOwnerReadsIt) {
  const test::temporary_folder folder;
  const auto pair = make_key_pair();
  ASSERT_TRUE(pair);
  ASSERT_TRUE(save_secret_key(pair->secret, folder / "key"));
  EXPECT_EQ(mode_of(folder / "key"), 0600U);
  const auto loaded = load_secret_key(folder / "key");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->public_key(), pair->public_key);
}

TEST(SecretKey, NeverReplacesAnother) {
  const test::temporary_folder folder;
  ASSERT_TRUE(save_secret_key(make_key_pair()->secret, folder / "key"));
  EXPECT_FALSE(save_secret_key(make_key_pair()->secret, folder / "key"));
}

TEST(SecretKey, IsRefusedWhenOthersMayReadItsFile) {
  const test::temporary_folder folder;
  write(folder / "key", std::string(40, '0'), 0640);
  EXPECT_EQ(load_secret_key(folder / "key").error(), errc::permission_denied);
}

TEST(SecretKey, IsNotInTheErrorOfAMalformedFile) {
  const test::temporary_folder folder;
  write(folder / "key", "correcthorsebatterystaple");
  const auto loaded = load_secret_key(folder / "key");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, Not(HasSubstr("correcthorse")));
  EXPECT_THAT(loaded.error().message, HasSubstr("key"));
}

} // namespace
} // namespace remora::link
