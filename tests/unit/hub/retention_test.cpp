#include "hub/store/retention.hpp"

#include "hub/store/console_store.hpp"
#include "hub/store/job_store.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::must;

class Retention : public test::StoreTest {
 protected:
  void add_runs(int count, timestamp stored, std::size_t bytes = 10) {
    std::vector<protocol::numbered_run> runs(static_cast<std::size_t>(count));
    for (auto& [id, run] : runs) {
      id = ++last_id_;
      run.tag = "t";
      run.result_json = std::string(bytes, '1');
    }
    must(job_store{data()}.append(runs, stored));
  }
  void add_lines(int count, timestamp stored, std::size_t bytes = 10) {
    std::vector<protocol::numbered_line> lines(static_cast<std::size_t>(count));
    for (auto& [sequence, line] : lines) {
      sequence = ++last_id_;
      line.text = std::string(bytes, 'x');
    }
    must(console_store{data()}.append(1, lines, stored));
  }
  /// Takes steps until nothing is left to do, and adds up what they did.
  retention_step retain_all(const retention_limits& limits, timestamp now) {
    retention_step sum;
    for (int steps = 0; steps < 10'000; ++steps) {
      const auto step = must(retain(data(), limits, now));
      sum.lines_expired += step.lines_expired;
      sum.runs_expired += step.runs_expired;
      sum.lines_over_size += step.lines_over_size;
      sum.runs_over_size += step.runs_over_size;
      sum.returned.bytes += step.returned.bytes;
      if (!step.more) return sum;
    }
    ADD_FAILURE() << "retention does not come to an end";
    return sum;
  }
  std::int64_t count(const std::string& table) {
    return must(data().number("SELECT count(*) FROM " + table)).value_or(-1);
  }

 private:
  std::uint64_t last_id_ = 0;
};

const retention_limits short_ages{std::chrono::seconds{100}, std::chrono::seconds{10}, gib(1)};

TEST_F(Retention, DeletesWhatIsOlderThanItsAgeAndNothingElse) {
  add_runs(3, at_second(0));
  add_runs(2, at_second(50));
  add_lines(4, at_second(0));
  add_lines(1, at_second(145));
  const auto done = retain_all(short_ages, at_second(149));
  EXPECT_EQ(done.runs_expired, 3u);
  EXPECT_EQ(done.lines_expired, 4u);
  EXPECT_EQ(count("run"), 2);
  EXPECT_EQ(count("line"), 1);
}

TEST_F(Retention, DoesALittleAtATimeAndSaysThatThereIsMore) {
  add_lines(1200, at_second(0));
  const auto step = must(retain(data(), short_ages, at_second(100)));
  EXPECT_EQ(step.lines_expired, 500u);
  EXPECT_TRUE(step.more);
  EXPECT_EQ(retain_all(short_ages, at_second(100)).lines_expired, 700u);
}

TEST_F(Retention, CountsAgesFromWhenARecordWasStored) { // planned in 1970, as runs of an old capture are
  add_runs(1, at_second(0));
  EXPECT_EQ(retain_all(short_ages, at_second(99)).runs_expired, 0u);
}

TEST_F(Retention, DeletesTheOldestLinesBeforeAnyRunWhenThereIsTooMuch) {
  add_runs(100, at_second(0), 10'000);
  add_lines(1000, at_second(0), 4'000);
  auto limits = short_ages;
  limits.size = mib(3);
  const auto done = retain_all(limits, at_second(1));
  EXPECT_GT(done.lines_over_size, 0u);
  EXPECT_LT(done.lines_over_size, 1001u);
  EXPECT_EQ(done.runs_over_size, 0u);
  EXPECT_LE(must(data().used_size()).bytes, limits.size.bytes);
}

TEST_F(Retention, DeletesTheOldestRunsWhenThereAreNoLinesLeft) {
  add_runs(500, at_second(0), 4'000);
  add_runs(500, at_second(1), 4'000);
  add_lines(10, at_second(0));
  auto limits = short_ages;
  limits.size = mib(3);
  const auto done = retain_all(limits, at_second(2));
  EXPECT_EQ(done.lines_over_size, 10u);
  EXPECT_EQ(done.runs_over_size, 500u);
  EXPECT_EQ(must(data().number("SELECT min(stored) FROM run")), to_unix_ns(at_second(1)));
}

TEST_F(Retention, ComesToAnEndWhenTheLimitIsSmallerThanAnEmptyStore) {
  add_runs(10, at_second(0));
  auto limits = short_ages;
  limits.size = byte_size{1};
  EXPECT_EQ(retain_all(limits, at_second(1)).runs_over_size, 10u);
}

TEST_F(Retention, GivesFreedPagesBackToTheFileSystem) {
  add_lines(3000, at_second(0), 10'000);
  const auto before = must(data().file_size()).bytes;
  const auto done = retain_all(short_ages, at_second(100));
  EXPECT_EQ(before - must(data().file_size()).bytes, done.returned.bytes);
  EXPECT_LT(must(data().file_size()).bytes, before / 4);
}

class EmptiedByRetention : public Retention {
 protected:
  /// Deletes everything that was stored so far.
  void empty() {
    retain_all(short_ages, at_second(1'000));
    ASSERT_EQ(count("run") + count("line"), 0);
  }
  std::vector<std::int64_t> ids(const std::string& table) {
    std::vector<std::int64_t> all;
    must(data().each("SELECT id FROM " + table + " ORDER BY id", {}, [&](const row& at) {
      all.push_back(at.integer(0));
      return true;
    }));
    return all;
  }
  void damage_marks() { must(data().run("UPDATE id_mark SET last = last + 1")); }
};

TEST_F(EmptiedByRetention, GivesNoIdTwice) {
  add_runs(3, at_second(0));
  add_lines(4, at_second(0));
  empty();
  add_runs(2, at_second(2'000));
  add_lines(2, at_second(2'000));
  EXPECT_EQ(ids("run"), (std::vector<std::int64_t>{4, 5}));
  EXPECT_EQ(ids("line"), (std::vector<std::int64_t>{5, 6}));
}

TEST_F(EmptiedByRetention, GivesAFollowerThatWasAwayAllThatCameMeanwhile) {
  add_runs(3, at_second(0));
  add_lines(3, at_second(0));
  const auto last_run = must(job_store{data()}.last_id());
  const auto last_line = must(console_store{data()}.last_id());
  empty();
  add_runs(4, at_second(2'000));
  add_lines(4, at_second(2'000));
  EXPECT_EQ(must(job_store{data()}.follow({}, last_run, 10)).runs.size(), 4u);
  EXPECT_EQ(must(console_store{data()}.follow({}, last_line, 10)).lines.size(), 4u);
}

TEST_F(EmptiedByRetention, StillSaysWhichIdWasTheLast) {
  add_runs(3, at_second(0));
  add_lines(2, at_second(0));
  empty();
  EXPECT_EQ(must(job_store{data()}.last_id()), 3);
  EXPECT_EQ(must(console_store{data()}.last_id()), 2);
}

TEST_F(EmptiedByRetention, RemembersItWhenItIsEmptiedForWantOfRoomAndOpenedAgain) {
  add_runs(10, at_second(0));
  add_lines(10, at_second(0));
  auto limits = short_ages;
  limits.size = byte_size{1};
  retain_all(limits, at_second(1));
  reopen();
  add_runs(1, at_second(2));
  add_lines(1, at_second(2));
  EXPECT_EQ(ids("run"), std::vector<std::int64_t>{11});
  EXPECT_EQ(ids("line"), std::vector<std::int64_t>{11});
}

TEST_F(EmptiedByRetention, RemembersTheLastOfManyTimes) {
  for (int i = 0; i < 3; ++i) {
    add_runs(2, at_second(0));
    empty();
  }
  add_runs(1, at_second(2'000));
  EXPECT_EQ(ids("run"), std::vector<std::int64_t>{7});
}

TEST_F(EmptiedByRetention, BeginsAboveEveryIdWhenWhatItRemembersIsDamaged) {
  add_runs(3, at_second(0));
  empty();
  damage_marks();
  add_runs(2, at_second(2'000));
  const auto micros = to_unix_ns(at_second(2'000)) / 1000;
  EXPECT_EQ(ids("run"), (std::vector<std::int64_t>{micros, micros + 1}));
  EXPECT_EQ(data().damaged().rows(), 1u);
}

} // namespace
} // namespace remora::hub
