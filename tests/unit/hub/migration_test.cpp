#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/store/console_store.hpp"
#include "hub/store/retention.hpp"
#include "hub/store/schema.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

class Migration : public ::testing::Test {
 protected:
  void SetUp() override { data = test::must(database::open(folder.path() + "/m.db", mib(64))); }
  std::int64_t version() { return test::must(data->number("PRAGMA user_version")).value_or(-1); }

  test::scratch_folder folder;
  std::unique_ptr<database> data;
  const migrations first{"CREATE TABLE a (x)"};
  const migrations second{"CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y", "INSERT INTO a VALUES (1, 2)"};
  const migrations broken{"CREATE TABLE a (x)", "CREATE TABLE b (x)", "CREATE TABLE b (x)"};
};

TEST_F(Migration, TakesEveryStepOfAnEmptyFileInOrder) {
  EXPECT_EQ(test::must(migrate(*data, second)), 0);
  EXPECT_EQ(version(), 3);
  EXPECT_EQ(test::must(data->number("SELECT y FROM a")), 2);
}

TEST_F(Migration, TakesOnlyTheStepsThatAFileLacks) {
  test::must(migrate(*data, first));
  test::must(data->run("INSERT INTO a VALUES (7)"));
  EXPECT_EQ(test::must(migrate(*data, second)), 1);
  EXPECT_EQ(test::must(data->number("SELECT count(*) FROM a WHERE x = 7")), 1);
  EXPECT_EQ(version(), 3);
}

TEST_F(Migration, DoesNothingTheSecondTime) {
  test::must(migrate(*data, second));
  EXPECT_EQ(test::must(migrate(*data, second)), 3);
  EXPECT_EQ(test::must(data->number("SELECT count(*) FROM a")), 1);
}

TEST_F(Migration, LeavesTheFileAsItWasWhenAStepFails) {
  test::must(migrate(*data, first));
  EXPECT_FALSE(migrate(*data, broken));
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(test::must(data->number("SELECT count(*) FROM sqlite_schema WHERE name = 'b'")), 0);
}

TEST_F(Migration, RefusesTheFileOfALaterVersion) {
  test::must(migrate(*data, second));
  auto refused = migrate(*data, first);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_newer);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("version 3"));
}

/// A store as the first version of its tables had it, with what was stored in it.
TEST_F(Migration, OfAStoreOfTheFirstVersionKeepsItsRecordsAndTheirIds) {
  test::must(migrate(*data, {store_migrations().front()}));
  test::must(
      data->run("INSERT INTO line (id, stored, time, node, script, level, text, seal)"
                " VALUES (41, 1, 1, 'n', 's', 0, 'text', 7)"));
  EXPECT_EQ(test::must(migrate(*data, store_migrations())), 1);
  EXPECT_EQ(test::must(console_store{*data}.last_id()), 41);
  test::must(console_store{*data}.append(1, {{1, {}}}, test::at_second(0)));
  test::must(retain(*data, {nanoseconds{1}, nanoseconds{1}, gib(1)}, test::at_second(9)));
  EXPECT_EQ(test::must(data->number("SELECT count(*) FROM line")), 0);
  EXPECT_EQ(test::must(console_store{*data}.last_id()), 42);
}

} // namespace
} // namespace remora::hub
