#include <random>

#include "tests/unit/worker/spool/spool_fixture.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DamagedSpool : public SpoolTest {
 protected:
  void SetUp() override {
    settings.segment_size = kib(8);
    open();
  }

  std::filesystem::path only(const std::string& part) const {
    const auto found = files(part);
    EXPECT_THAT(found, SizeIs(1));
    return found.empty() ? std::filesystem::path{} : found.front();
  }
  static void flip(const std::filesystem::path& file, std::size_t at) {
    auto content = content_of(file);
    content.at(at) = static_cast<char>(content[at] ^ 0x55);
    write_file(file, content);
  }
};

TEST_F(DamagedSpool, CutsOffARecordThatAKillLeftUnfinishedAndCountsIt) {
  add_run("1");
  add_run("2");
  close();
  const auto file = only("runs-");
  const auto whole = content_of(file);
  write_file(file, whole.substr(0, whole.size() - 5));
  open();
  EXPECT_GT(spool->stats().torn_bytes, 50u);
  EXPECT_EQ(spool->stats().damaged, 0u);
  EXPECT_THAT(files("damaged"), IsEmpty());
  add_run("3");
  EXPECT_THAT(take_all().results(), ElementsAre("1", "3"));
}

TEST_F(DamagedSpool, SetsAFileAsideThatIsDamagedInTheMiddleAndUsesWhatCanBeRead) {
  add_run("1");
  const auto second = std::filesystem::file_size(only("runs-"));
  add_run("2");
  add_run("3");
  close();
  const auto file = only("runs-");
  flip(file, second + 30);
  const auto damaged = content_of(file);
  open();
  EXPECT_EQ(spool->stats().damaged, 1u);
  EXPECT_THAT(take_all().results(), ElementsAre("1", "3"));
  EXPECT_EQ(content_of(only("damaged")), damaged);
  reopen(); // what was read was written anew
  EXPECT_EQ(spool->stats().damaged, 0u);
  EXPECT_THAT(take_all().results(), ElementsAre("1", "3"));
}

TEST_F(DamagedSpool, SetsAFileAsideWhoseLastRecordIsWholeButDamaged) {
  add_run("1");
  add_run("2");
  close();
  const auto file = only("runs-");
  flip(file, std::filesystem::file_size(file) - 1);
  open();
  EXPECT_EQ(spool->stats().damaged, 1u);
  EXPECT_THAT(files("damaged"), SizeIs(1));
  EXPECT_THAT(take_all().results(), ElementsAre("1"));
}

TEST_F(DamagedSpool, ReadsAFileWhoseBeginningIsDamaged) {
  add_run("1");
  close();
  flip(only("runs-"), 3);
  open();
  EXPECT_THAT(files("damaged"), SizeIs(1));
  EXPECT_THAT(take_all().results(), ElementsAre("1"));
}

TEST_F(DamagedSpool, KeepsAFileOfWhichNothingCanBeRead) {
  add_run("1");
  close();
  write_file(only("runs-"), std::string(1000, '?'));
  open();
  EXPECT_EQ(content_of(only("damaged")), std::string(1000, '?'));
  EXPECT_THAT(take_all().results(), IsEmpty());
}

TEST_F(DamagedSpool, SendsWhatIsThereOnceMoreWhenItForgotWhatWasReleased) {
  add_run("1");
  add_line("a");
  take_and_release_all();
  const auto last = add_run("2");
  close();
  flip(only("spool.state"), 9);
  settings.now = at_second(-1'000'000);
  open();
  EXPECT_THAT(files("spool.state.damaged"), SizeIs(1));
  EXPECT_THAT(take_all().results(), ElementsAre("1", "2"));
  EXPECT_GT(add_run("3"), last);
}

TEST_F(DamagedSpool, FinishesReplacingAFileWhenItWasKilledInBetween) {
  add_run("1");
  close();
  const auto file = only("runs-");
  std::filesystem::rename(file, file.native() + ".new");
  write_file(file.native() + ".damaged-20260101T000000Z", "the old one");
  open();
  EXPECT_THAT(take_all().results(), ElementsAre("1"));
  EXPECT_THAT(files(".new"), IsEmpty());
}

TEST_F(DamagedSpool, ForgetsAReplacementThatWasNotFinishedWhileTheOldFileIsThere) {
  add_run("1");
  close();
  write_file(only("runs-").native() + ".new", "half of");
  open();
  EXPECT_THAT(take_all().results(), ElementsAre("1"));
  EXPECT_THAT(files(".new"), IsEmpty());
}

TEST_F(DamagedSpool, KeepsOnlyTheLastCopiesOfDamagedFiles) {
  for (int n = 0; n < 20; ++n) {
    settings.now = at_second(n);
    reopen();
    add_run("1");
    close();
    for (const auto& each : files("runs-"))
      if (each.extension() == ".seg") flip(each, 3);
    open();
  }
  EXPECT_THAT(files("damaged"), SizeIs(8));
  EXPECT_THAT(take_all().runs, SizeIs(20));
}

TEST_F(DamagedSpool, PassesOverWhatBecomesUnreadableWhileItIsOpenAndCountsIt) {
  for (int i = 0; i < 5; ++i)
    add_run(std::to_string(i));
  const auto file = only("runs-");
  const auto size = (std::filesystem::file_size(file) - 16) / 5;
  flip(file, 16 + 2 * size + 30);
  const auto got = take_all();
  EXPECT_THAT(got.results(), ElementsAre("0", "1", "3", "4"));
  EXPECT_EQ(spool->stats().dropped_records, 1u);
  EXPECT_EQ(spool->stats().waiting_records, 4u);
  spool->rewind();
  take_and_release_all();
  EXPECT_EQ(spool->stats().dropped_records, 1u) << "counted once";
  EXPECT_EQ(spool->stats().waiting_records, 0u);
}

TEST_F(DamagedSpool, GoesOnBehindAFileThatDisappeared) {
  for (int i = 0; i < 100; ++i)
    add_run(std::to_string(i) + std::string(400, '0'));
  std::filesystem::remove(files("runs-").at(2));
  const auto got = take_all();
  EXPECT_LT(got.runs.size(), 100u);
  EXPECT_EQ(got.runs.size() + spool->stats().dropped_records, 100u);
  EXPECT_EQ(spool->stats().waiting_records, got.runs.size());
}

TEST_F(DamagedSpool, TakesWhatAScriptPrintedForNoRecord) {
  add_line("before");
  must(spool->flush());
  const auto forged = content_of(only("lines-")).substr(16); // with the marker of this very file
  close();
  std::filesystem::remove(only("lines-"));
  open();
  add_line("x" + forged);
  must(spool->flush());
  flip(only("lines-"), 17);
  reopen();
  EXPECT_THAT(take_all().texts(), IsEmpty());
}

TEST_F(DamagedSpool, OpensAndHandsOutOnlyWhatWasAddedHoweverItIsDamaged) {
  std::mt19937 dice{11};
  for (std::int64_t round = 0; round < 200; ++round) {
    std::filesystem::remove_all(folder() / "spool");
    settings.now = at_second(2 * round);
    reopen();
    std::map<std::uint64_t, std::string> added;
    for (int i = 0; i < 60; ++i) {
      const auto text = std::to_string(dice()) + std::string(dice() % 300, 'x');
      added[add_run(text)] = text;
      added[add_line(text)] = text;
    }
    close();
    for (const auto& file : files("")) {
      auto content = content_of(file);
      if (content.empty()) continue;
      switch (dice() % 5) {
        case 0:
          content.resize(dice() % content.size());
          break;
        case 1:
          for (int n = 0; n < 5; ++n) {
            auto& byte = content[dice() % content.size()];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1u << (dice() % 8));
          }
          break;
        case 2:
          content.replace(dice() % content.size(), 100, std::string(dice() % 200, '\0'));
          break;
        case 3:
          content += content.substr(dice() % content.size());
          break;
        default:
          continue;
      }
      write_file(file, content);
    }
    settings.now = at_second(2 * round + 1);
    open();
    const auto got = take_all();
    for (const auto* kind : {&got.runs, &got.lines}) {
      std::uint64_t last = 0;
      for (const auto& [number, text] : *kind) {
        EXPECT_GT(number, last);
        last = number;
        EXPECT_EQ(added[number], text);
      }
    }
    EXPECT_EQ(spool->stats().waiting_records, got.runs.size() + got.lines.size());
    const auto next = add_run("next");
    EXPECT_GT(next, added.rbegin()->first);
    EXPECT_THAT(take_all().results(), ElementsAre("next"));
  }
}

} // namespace
} // namespace remora::worker::test
