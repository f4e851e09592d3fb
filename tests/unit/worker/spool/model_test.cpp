#include <random>

#include "tests/unit/worker/spool/spool_fixture.hpp"

// Random sequences of everything an owner may do, against the simplest thing that keeps the same promises.
namespace remora::worker::test {
namespace {

/// Two lists of what is not released, and how far each was handed out.
struct model {
  struct record {
    std::uint64_t number;
    std::string text;
  };
  struct batch {
    std::uint64_t ticket;
    bool is_run;
    std::uint64_t up_to;
  };
  std::vector<record> runs, lines;
  std::uint64_t runs_handed = 0, lines_handed = 0; // up to that number
  std::vector<batch> outstanding;

  void release(std::uint64_t ticket) {
    while (!outstanding.empty() && outstanding.front().ticket <= ticket) {
      const auto done = outstanding.front();
      outstanding.erase(outstanding.begin());
      auto& of = done.is_run ? runs : lines;
      while (!of.empty() && of.front().number <= done.up_to)
        of.erase(of.begin());
    }
  }
  void rewind() {
    outstanding.clear();
    runs_handed = lines_handed = 0;
  }
};

class SpoolModel : public SpoolTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  void SetUp() override {
    settings.segment_size = kib(4);
    settings.batch_bytes = 1024 + 1024 * (GetParam() % 5);
    open();
  }
  void add() {
    const auto text = std::to_string(dice()) + std::string(dice() % 600, 'x');
    if (dice() % 2 == 0)
      expected.runs.push_back({add_run(text), text});
    else
      expected.lines.push_back({add_line(text), text});
  }
  void take() {
    const auto got = spool->next_batch();
    if (!got) {
      EXPECT_TRUE(left(expected.runs, expected.runs_handed).empty());
      EXPECT_TRUE(left(expected.lines, expected.lines_handed).empty());
      return;
    }
    delivery one;
    one.take(*got);
    check(one.runs, expected.runs, expected.runs_handed);
    check(one.lines, expected.lines, expected.lines_handed);
    const bool is_run = !one.runs.empty();
    if (!is_run) {
      EXPECT_TRUE(left(expected.runs, expected.runs_handed).empty()) << "runs go first";
    }
    expected.outstanding.push_back(
        {got->ticket, is_run, is_run ? expected.runs_handed : expected.lines_handed});
  }
  void release() {
    if (expected.outstanding.empty()) return;
    const auto ticket = expected.outstanding[dice() % expected.outstanding.size()].ticket;
    must(spool->release(ticket));
    expected.release(ticket);
  }
  void step() {
    const auto what = dice() % 100;
    if (what < 50)
      add();
    else if (what < 75)
      take();
    else if (what < 90)
      release();
    else if (what < 93)
      spool->rewind(), expected.rewind();
    else if (what < 96)
      reopen(), expected.rewind();
    else
      must(spool->flush());
    ASSERT_EQ(spool->stats().waiting_records, expected.runs.size() + expected.lines.size());
  }

  static std::vector<model::record> left(const std::vector<model::record>& of, std::uint64_t handed) {
    std::vector<model::record> some;
    for (const auto& each : of)
      if (each.number > handed) some.push_back(each);
    return some;
  }
  /// What came is what was next.
  static void check(const std::vector<std::pair<std::uint64_t, std::string>>& got,
                    const std::vector<model::record>& of, std::uint64_t& handed) {
    const auto next = left(of, handed);
    ASSERT_LE(got.size(), next.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i].first, next[i].number);
      ASSERT_EQ(got[i].second, next[i].text);
    }
    if (!got.empty()) handed = got.back().first;
  }

  model expected;
  std::mt19937 dice{GetParam()};
};

TEST_P(SpoolModel, BehavesAsTwoListsInMemory) {
  for (int n = 0; n < 1500 && !HasFailure(); ++n)
    step();
}

INSTANTIATE_TEST_SUITE_P(Seeds, SpoolModel, ::testing::Range(0u, 12u));

class SpoolSums : public SpoolTest, public ::testing::WithParamInterface<unsigned> {};

TEST_P(SpoolSums, AddUpWhateverIsDropped) {
  std::mt19937 dice{GetParam()};
  settings.max_size = kib(64);
  settings.batch_bytes = 4096;
  reopen();
  std::uint64_t runs = 0, lines = 0, refused_runs = 0;
  delivery released; // what the hub acknowledged
  std::vector<std::pair<std::uint64_t, delivery>> outstanding;
  for (int n = 0; n < 3000; ++n) {
    const auto what = dice() % 100;
    if (what < 30) {
      ++runs;
      if (!spool->add(run_of(std::string(dice() % 900, '0')))) ++refused_runs;
    } else if (what < 80) {
      ++lines;
      static_cast<void>(spool->add(line_of(std::string(dice() % 900, 'x'))));
    } else if (what < 90) {
      if (const auto batch = spool->next_batch()) {
        outstanding.emplace_back(batch->ticket, delivery{});
        outstanding.back().second.take(*batch);
      }
    } else if (what < 97) {
      if (outstanding.empty()) continue;
      must(spool->release(outstanding.front().first));
      const auto& done = outstanding.front().second;
      released.runs.insert(released.runs.end(), done.runs.begin(), done.runs.end());
      released.lines.insert(released.lines.end(), done.lines.begin(), done.lines.end());
      for (const auto& [script, count] : done.dropped)
        released.dropped[script] += count;
      outstanding.erase(outstanding.begin());
    } else {
      if (what == 97)
        spool->rewind();
      else
        reopen();
      outstanding.clear();
    }
    ASSERT_LE(spool->stats().disk_bytes, 64u << 10);
  }
  spool->rewind();
  const auto rest = take_and_release_all();
  EXPECT_EQ(released.runs.size() + rest.runs.size() + refused_runs, runs);
  EXPECT_EQ(released.lines.size() + rest.lines.size() + released.dropped_lines() + rest.dropped_lines(),
            lines);
  EXPECT_GT(released.dropped_lines() + rest.dropped_lines(), 100u);
  EXPECT_EQ(spool->stats().waiting_records, 0u);
  EXPECT_EQ(spool->stats().waiting_bytes, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SpoolSums, ::testing::Range(0u, 12u));

} // namespace
} // namespace remora::worker::test
