// What becomes of a script's jobs when the wall clock is set, also over a restart.
#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

timestamp wall;
timestamp told_wall() noexcept { return wall; }

/// A record that outlives the scripts of a test.
struct kept_instants final : instant_record {
  std::map<std::string, jobs::done_instants> load(std::string_view script) const override {
    const auto found = all.find(std::string{script});
    return found == all.end() ? std::map<std::string, jobs::done_instants>{} : found->second;
  }
  void store(std::string_view script, std::string_view tag, timestamp planned) override {
    all[std::string{script}][std::string{tag}].add(planned);
    order.push_back("stored " + shown(planned));
  }
  std::map<std::string, std::map<std::string, jobs::done_instants>> all;
  std::vector<std::string> order;
};

class ScriptOnTheWallClock : public testing::Test {
 protected:
  ScriptOnTheWallClock() { wall = at(0); }

  /// A script begins, as after a restart.
  script& begin(const std::string& code, const script_start& how = {}) {
    current = std::make_unique<script>(code, 0, nullptr, remora::script::limits{},
                                       [&](script_runner::parts& parts) {
                                         parts.clock = remora::script::run_clock::wall(told_wall);
                                         parts.instants = instants;
                                       });
    current->runner->begin(how);
    return *current;
  }
  /// The clock says so; what is due runs. Planned instants that ran, and "x4" for four that were skipped.
  std::vector<std::string> clock_is(double seconds) {
    wall = at(seconds);
    const std::size_t before = current->records->jobs.size();
    current->runner->run_due();
    std::vector<std::string> ran;
    for (std::size_t i = before; i < current->records->jobs.size(); ++i) {
      const job_run& run = current->records->jobs[i];
      ran.push_back((run.outcome == job_outcome::skipped ? "skipped " : "") + shown(run.planned));
    }
    return ran;
  }

  std::shared_ptr<kept_instants> instants = std::make_shared<kept_instants>();
  std::unique_ptr<script> current;
};

constexpr const char* every_minute = "jobs.schedule('j', '0 * * * * *', function () {});";
constexpr double hour = 3'600;
constexpr double year = 366 * 86'400.0;

TEST_F(ScriptOnTheWallClock, RunsNoInstantAgainWhenTheClockIsSetBackByAnHour) {
  begin(every_minute);
  EXPECT_THAT(clock_is(hour + 60), ElementsAre("skipped +60", "+3660"));
  for (double now = 60; now < hour + 120; now += 10)
    EXPECT_THAT(clock_is(now), IsEmpty()) << now;
  EXPECT_THAT(clock_is(hour + 120), ElementsAre("+3720"));
}

TEST_F(ScriptOnTheWallClock, CatchesUpOnceWhenTheClockIsSetForwardByAnHour) {
  begin(every_minute);
  EXPECT_THAT(clock_is(60), ElementsAre("+60"));
  EXPECT_THAT(clock_is(60 + hour), ElementsAre("skipped +120", "+3660"));
  EXPECT_THAT(clock_is(61 + hour), IsEmpty());
}

TEST_F(ScriptOnTheWallClock, GoesOnWhenAClockThatWasYearsAheadIsSetRight) {
  begin(every_minute);
  EXPECT_THAT(clock_is(60), ElementsAre("+60"));
  EXPECT_THAT(clock_is(10 * year), SizeIs(2));
  EXPECT_THAT(clock_is(90), IsEmpty());
  EXPECT_THAT(clock_is(120), ElementsAre("+120"));
}

TEST_F(ScriptOnTheWallClock, HandsOnNoWrongYearToItsSuccessor) {
  begin(every_minute);
  clock_is(10 * year);
  clock_is(90);
  EXPECT_EQ(current->runner->finish().handled_until, at(90));
}

TEST_F(ScriptOnTheWallClock, EndsASuspensionThatAWrongClockBegan) {
  // Jobs that use up their time: the third time the script pauses.
  current = std::make_unique<script>(
      "jobs.schedule('loop', '* * * * * *', function () { for (;;) {} });", 0, nullptr,
      [] {
        remora::script::limits tight;
        tight.job = milliseconds{5};
        return tight;
      }(),
      [](script_runner::parts& parts) { parts.clock = remora::script::run_clock::wall(told_wall); });
  for (const double now : {10 * year, 10 * year + 1, 10 * year + 2})
    clock_is(now);
  EXPECT_EQ(current->runner->tally().suspensions, 1u);
  clock_is(90);
  EXPECT_THAT(clock_is(91), SizeIs(1)) << "it was loaded again and runs";
}

// ---- over a restart

TEST_F(ScriptOnTheWallClock, RemembersAnInstantBeforeItsRunBegins) {
  struct watching_lane final : record_lane {
    void console(console_line line) override { order->push_back(line.text); }
    void job(job_run, timestamp) override { order->push_back("recorded"); }
    void clear_console(timestamp) override {}
    void enter_round(std::uint64_t) override {}
    std::vector<std::string>* order = nullptr;
  };
  const auto lane = std::make_shared<watching_lane>();
  lane->order = &instants->order;
  current =
      std::make_unique<script>("jobs.schedule('j', '0 * * * * *', function () { console.log('runs'); });", 0,
                               nullptr, remora::script::limits{}, [&](script_runner::parts& parts) {
                                 parts.clock = remora::script::run_clock::wall(told_wall);
                                 parts.instants = instants;
                                 parts.records = lane;
                               });
  clock_is(60);
  EXPECT_THAT(instants->order, ElementsAre("stored +60", "runs", "recorded"));
}

TEST_F(ScriptOnTheWallClock, RunsNoInstantAgainAfterARestartWithAClockThatWasSetBack) {
  begin(every_minute);
  EXPECT_THAT(clock_is(60), ElementsAre("+60"));
  EXPECT_THAT(clock_is(120), ElementsAre("+120"));
  wall = at(10);
  begin(every_minute);
  EXPECT_THAT(clock_is(60), IsEmpty());
  EXPECT_THAT(clock_is(120), IsEmpty());
  EXPECT_THAT(clock_is(180), ElementsAre("+180"));
}

TEST_F(ScriptOnTheWallClock, MakesUpForNothingThatPassedWhileItWasNotThere) {
  begin(every_minute);
  EXPECT_THAT(clock_is(60), ElementsAre("+60"));
  wall = at(hour);
  begin(every_minute);
  EXPECT_THAT(clock_is(hour + 59), IsEmpty());
  EXPECT_THAT(clock_is(hour + 60), ElementsAre("+3660"));
}

TEST_F(ScriptOnTheWallClock, IsNotSilencedByARecordOfAWrongYear) {
  instants->store("a", "j", at(10 * year));
  begin(every_minute);
  EXPECT_THAT(clock_is(60), ElementsAre("+60"));
}

TEST_F(ScriptOnTheWallClock, RemembersSkippedInstantsAndNoRequestedRuns) {
  begin("jobs.schedule('j', '0 * * * * *', function () {}); jobs.run('j');");
  clock_is(10);
  EXPECT_THAT(instants->order, IsEmpty());
  clock_is(190);
  EXPECT_THAT(instants->order, ElementsAre("stored +120", "stored +180"));
}

TEST_F(ScriptOnTheWallClock, TakesAPlaceAfterTheInstantsThatItsPredecessorRanByAClockThatWasAhead) {
  begin(every_minute, {at(180), {}});
  EXPECT_THAT(clock_is(180), IsEmpty());
  EXPECT_THAT(clock_is(240), ElementsAre("+240"));
  begin(every_minute, {at(10 * year), {}});
  EXPECT_THAT(clock_is(300), ElementsAre("+300"));
}

} // namespace
} // namespace remora::actors::test
