#include "hub/store/open_store.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "hub/store/fact_store.hpp"
#include "hub/store/schema.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::read_file;
using test::scratch_folder;
using test::write_file;
using ::testing::HasSubstr;

class OpenStore : public test::StoreTest {
 protected:
  std::string pragma(const std::string& name) {
    std::string text;
    test::must(data().each("PRAGMA " + name, {}, [&text](const row& at) {
      text = std::string{at.text(0)} + (at.text(0).empty() ? std::to_string(at.integer(0)) : "");
      return false;
    }));
    return text;
  }
  /// The error of opening the folder again after `content` was put in the database's place.
  error open_with(const std::string& content) {
    close();
    write_file(folder.database(), content);
    auto got = open_store({folder.path()});
    return got ? error{} : got.error();
  }
};

TEST_F(OpenStore, MakesAFolderForItsOwnerAlone) {
  scratch_folder above;
  test::must(open_store({above.path() + "/a/b"}).map([](auto&&) {}));
  struct stat found {};
  ASSERT_EQ(stat((above.path() + "/a/b").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777u, 0700u);
  ASSERT_EQ(stat((above.path() + "/a/b/remora-hub.db").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0077u, 0u);
}

TEST_F(OpenStore, SetsTheConnectionUpForAFileThatMustSurvivePowerLoss) {
  EXPECT_EQ(pragma("journal_mode"), "wal");
  EXPECT_EQ(pragma("synchronous"), "2");
  EXPECT_EQ(pragma("locking_mode"), "exclusive");
  EXPECT_EQ(pragma("auto_vacuum"), "2");
  EXPECT_EQ(pragma("trusted_schema"), "0");
  EXPECT_EQ(pragma("cell_size_check"), "1");
  EXPECT_EQ(pragma("application_id"), std::to_string(application_id));
  EXPECT_EQ(pragma("user_version"), std::to_string(store_migrations().size()));
}

TEST_F(OpenStore, KeepsWhatWasStored) {
  test::must(fact_store{data()}.set("colour", "green"));
  reopen();
  EXPECT_EQ(test::must(fact_store{data()}.find("colour")), "green");
}

TEST_F(OpenStore, RefusesASecondHubAndNamesTheFirst) {
  auto second = open_store({folder.path()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), errc::store_in_use);
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(getpid())));
  EXPECT_THAT(second.error().message, HasSubstr(folder.path()));
}

TEST_F(OpenStore, IsNotLockedOutByAHolderThatWasKilled) {
  close();
  int ready[2] = {};
  ASSERT_EQ(pipe(ready), 0);
  const auto child = fork();
  if (child == 0) {
    auto held = open_store({folder.path()});
    const char answer = held ? '1' : '0';
    if (write(ready[1], &answer, 1) == 1) pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, '1');
  const auto meanwhile = open_store({folder.path()});
  ASSERT_FALSE(meanwhile);
  EXPECT_THAT(meanwhile.error().message, HasSubstr("process " + std::to_string(child)));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  open();
}

struct damage_case {
  const char* name;
  std::string content;
};
class ADamagedFile : public OpenStore, public ::testing::WithParamInterface<damage_case> {};

TEST_P(ADamagedFile, IsSetAsideUnchangedAndTheStartRefusedWithBothNames) {
  const auto refused = open_with(GetParam().content);
  EXPECT_EQ(refused, errc::store_damaged);
  std::string aside;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
    if (entry.path().string().find(".damaged-") != std::string::npos) aside = entry.path().string();
  }
  ASSERT_FALSE(aside.empty());
  EXPECT_EQ(read_file(aside), GetParam().content);
  EXPECT_THAT(refused.message, HasSubstr(folder.database()));
  EXPECT_THAT(refused.message, HasSubstr(aside));
  EXPECT_FALSE(std::filesystem::exists(folder.database()));
}

TEST_P(ADamagedFile, DoesNotLetTheNextStartBeginWithNothing) {
  open_with(GetParam().content);
  const auto again = open_store({folder.path()});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), errc::store_damaged);
  EXPECT_THAT(again.error().message, HasSubstr(".damaged-"));
}

INSTANTIATE_TEST_SUITE_P(All, ADamagedFile,
                         ::testing::Values(damage_case{"Empty", ""}, damage_case{"Short", "SQLite format 3"},
                                           damage_case{"Text", std::string(5000, 'x')},
                                           damage_case{"Zeroes", std::string(8192, '\0')}),
                         [](const auto& of) { return std::string{of.param.name}; });

TEST_F(OpenStore, GoesOnWithACopyPutInThePlaceOfADamagedFile) {
  test::must(fact_store{data()}.set("colour", "green"));
  close();
  const auto copy = read_file(folder.database());
  EXPECT_EQ(open_with("broken"), errc::store_damaged);
  write_file(folder.database(), copy);
  open();
  EXPECT_EQ(test::must(fact_store{data()}.find("colour")), "green");
}

TEST_F(OpenStore, BeginsAnewOnceADamagedFileWasMovedAway) {
  open_with("broken");
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
    if (entry.path().string().find(".damaged-") != std::string::npos) std::filesystem::remove(entry.path());
  }
  open();
}

TEST_F(OpenStore, LeavesADatabaseOfAnotherProgramUnchanged) {
  close();
  scratch_folder elsewhere;
  const auto foreign = elsewhere.path() + "/foreign.db";
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(foreign.c_str(), &other), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(other, "CREATE TABLE t (a); INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(other);
  const auto content = read_file(foreign);
  const auto refused = open_with(content);
  EXPECT_EQ(refused, errc::store_damaged);
  EXPECT_THAT(refused.message, HasSubstr("no store of a remora hub"));
}

TEST_F(OpenStore, RefusesTablesThatSomebodyChanged) {
  test::must(data().run_all("CREATE TABLE extra (a)"));
  close();
  auto refused = open_store({folder.path()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_damaged);
}

TEST_F(OpenStore, LeavesAFileOfANewerVersionWhereItIs) {
  test::must(data().run_all("PRAGMA user_version=4711"));
  close();
  auto refused = open_store({folder.path()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_newer);
  EXPECT_TRUE(std::filesystem::exists(folder.database()));
}

TEST_F(OpenStore, DoesNotPlayALogBackIntoANewFile) {
  close();
  std::filesystem::remove(folder.database());
  write_file(folder.database() + "-wal", "what was left of it");
  auto refused = open_store({folder.path()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_damaged);
}

TEST_F(OpenStore, SaysWhichFolderCannotBeMade) {
  auto refused = open_store({"/proc/remora-hub"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("/proc/remora-hub"));
}

TEST_F(OpenStore, TakesAStartThatWasInterruptedForNoStart) {
  scratch_folder fresh;
  write_file(fresh.database() + ".new", "half of it");
  test::must(open_store({fresh.path()}).map([](auto&&) {}));
}

} // namespace
} // namespace remora::hub
