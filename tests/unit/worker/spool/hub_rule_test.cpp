#include <random>
#include <set>
#include <tuple>

#include "tests/unit/worker/spool/spool_fixture.hpp"

// How the hub tells repeated records (see README.md), and what then becomes of those that are sent again.
namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;

/// The hub's side: a mark for lines, which takes only what lies above it, and identities for runs.
class hub_rule {
 public:
  /// @param incarnation What the hub takes for the life that numbered the lines.
  void take(const spool_batch& batch, std::uint64_t incarnation) {
    if (const auto* printed = std::get_if<protocol::console_lines>(&batch.what)) {
      for (const auto& [sequence, line] : printed->lines) {
        if (std::tie(incarnation, sequence) <= std::tie(mark_.first, mark_.second)) continue;
        mark_ = {incarnation, sequence};
        lines.push_back(line.text);
      }
    } else if (const auto* some = std::get_if<protocol::job_runs>(&batch.what)) {
      for (const auto& each : some->runs)
        if (ids_.insert(each.id).second) runs.push_back(each.run.result_json);
    }
  }
  std::vector<std::string> lines;
  std::vector<std::string> runs;

 private:
  std::pair<std::uint64_t, std::uint64_t> mark_;
  std::set<std::uint64_t> ids_;
};

class HubRule : public SpoolTest {
 protected:
  void deliver(std::uint64_t incarnation) {
    while (const auto batch = spool->next_batch())
      hub.take(*batch, incarnation);
  }
  hub_rule hub;
};

TEST_F(HubRule, StoresEachOnceWhenAWorkerRestartsBeforeItHeardOfIt) {
  add_line("a");
  add_run("1");
  deliver(0); // stored; the acknowledgement is lost with the worker
  settings.now = at_second(0);
  reopen();
  add_line("b");
  add_run("2");
  deliver(0);
  EXPECT_THAT(hub.lines, ElementsAre("a", "b"));
  EXPECT_THAT(hub.runs, ElementsAre("1", "2"));
}

TEST_F(HubRule, LosesNothingWhenItTakesLinesForThoseOfTheLifeThatSendsThem) {
  settings.now = at_second(0);
  reopen();
  add_line("a");
  deliver(1);
  add_line("b");
  reopen();
  add_line("c");
  deliver(2);
  add_line("d");
  deliver(2);
  // At worst what was under way comes twice: never a line of the new life that counts as an old one.
  EXPECT_THAT(hub.lines, ElementsAre("a", "a", "b", "c", "d"));
}

TEST_F(HubRule, LosesNothingWhenLinesThatItStoredWereNotYetDurableAndPowerFails) {
  settings.now = at_second(0);
  reopen();
  add_line("a");
  deliver(0);
  close();
  std::filesystem::remove_all(folder() / "spool"); // the disk never had them
  settings.now = at_second(1);
  open();
  add_line("b");
  add_run("2");
  deliver(0);
  EXPECT_THAT(hub.lines, ElementsAre("a", "b"));
  EXPECT_THAT(hub.runs, ElementsAre("2"));
}

TEST_F(HubRule, StoresAllExactlyOnceOverManyLivesThatEndAnywhere) {
  std::mt19937 dice{7};
  settings.batch_bytes = 1024;
  std::vector<std::string> lines;
  std::vector<std::string> runs;
  for (int life = 0; life < 60; ++life) {
    settings.now = at_second(static_cast<std::int64_t>(dice() % 100)); // an unsteady clock
    reopen();
    for (auto steps = dice() % 60; steps > 0; --steps) {
      switch (dice() % 5) {
        case 0:
        case 1:
          lines.push_back("line " + std::to_string(lines.size()));
          add_line(lines.back());
          break;
        case 2:
          runs.push_back(std::to_string(runs.size()));
          add_run(runs.back());
          break;
        case 3:
          if (const auto batch = spool->next_batch()) {
            hub.take(*batch, 0);
            if (dice() % 2 == 0) must(spool->release(batch->ticket));
          }
          break;
        default:
          if (dice() % 4 == 0) spool->rewind();
      }
    }
  }
  spool->rewind();
  deliver(0);
  EXPECT_EQ(hub.lines, lines);
  EXPECT_EQ(hub.runs, runs);
}

} // namespace
} // namespace remora::worker::test
