#include <numeric>

#include "conductor_fixture.hpp"

namespace remora::worker::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::Le;
using testing::NotNull;
using testing::SizeIs;

class ConductReading : public conductor_test {
 protected:
  void begin() { start(conduct_reading, rounds_ahead(parts.scripts_share)); }

  /// Reads to the end; scripts do not hold back their answers.
  capture_report_ptr read_all() {
    begin();
    run();
    return report();
  }

  static std::vector<std::int64_t> first_milliseconds(std::int64_t count) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
};

TEST_F(ConductReading, GivesEveryPacketToEveryScriptExactlyOnce) {
  add_script();
  add_script();
  set_packets(5'000);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(scripts[0]->packets(), first_milliseconds(5'000));
  EXPECT_EQ(scripts[1]->packets(), first_milliseconds(5'000));
  EXPECT_EQ(done->packets, 5'000u);
  EXPECT_EQ(done->bytes, 5'000u * 54);
  EXPECT_THAT(done->dropped_events, Each(0u));
  EXPECT_EQ(done->run_time, milliseconds{4'999});
  EXPECT_FALSE(done->interrupted);
}

TEST_F(ConductReading, DoesTheSameWhenScriptsWorkInStep) {
  parts.scripts_share = true;
  add_script();
  add_script();
  set_packets(5'000);
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_EQ(scripts[0]->packets(), first_milliseconds(5'000));
  EXPECT_EQ(scripts[0]->untils(), scripts[1]->untils());
}

TEST_F(ConductReading, BeginsWithARoundWithoutPackets) {
  add_script();
  set_packets(1);
  ASSERT_THAT(read_all(), NotNull());
  ASSERT_THAT(scripts[0]->rounds, SizeIs(2));
  EXPECT_THAT(scripts[0]->rounds[0]->packets, IsNull());
  EXPECT_THAT(scripts[0]->untils(), ElementsAre(0, 0));
}

TEST_F(ConductReading, SendsThatRoundAlsoWhenTheCaptureIsEmpty) {
  add_script();
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[0]->rounds, SizeIs(1));
  EXPECT_EQ(done->run_time, nanoseconds{0});
}

TEST_F(ConductReading, NumbersRoundsUpwardsFromThoseThatAreUsedUp) {
  parts.rounds_before = 7;
  add_script();
  set_packets(3'000);
  ASSERT_THAT(read_all(), NotNull());
  for (std::size_t i = 0; i < scripts[0]->rounds.size(); ++i)
    EXPECT_EQ(scripts[0]->rounds[i]->number, 8 + i);
}

TEST_F(ConductReading, WaitsForTheSlowestScript) {
  add_script();
  add_script().holds = true;
  set_packets(100'000);
  begin();
  run();
  EXPECT_THAT(scripts[0]->rounds, SizeIs(8)) << "no further ahead than the allowed rounds";
  EXPECT_THAT(scripts[1]->rounds, SizeIs(8));
  let_answer(1);
  run();
  EXPECT_THAT(scripts[0]->rounds, SizeIs(9));
  EXPECT_THAT(report(), IsNull());
}

TEST_F(ConductReading, InStepSendsNoRoundBeforeAllHaveAnsweredTheLast) {
  parts.scripts_share = true;
  add_script();
  add_script().holds = true;
  set_packets(1'000);
  begin();
  for (std::size_t round = 1; round <= 5; ++round) {
    run();
    EXPECT_THAT(scripts[0]->rounds, SizeIs(round));
    let_answer(1);
  }
}

TEST_F(ConductReading, InStepMakesRoundsOfAtMostFiftyMilliseconds) {
  parts.scripts_share = true;
  add_script();
  set_packets(200);
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[0]->untils(), ElementsAre(0, 49, 99, 149, 199));
}

TEST_F(ConductReading, InStepEndsARoundWhereAJobIsDueAndBeforeThePacketsOfThatInstant) {
  parts.scripts_share = true;
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    for (const std::int64_t due : {20, 30}) {
      if (work.until < at_ms(due)) {
        done.next_due = at_ms(due);
        break;
      }
    }
  };
  add_script();
  source->times = {0, 10, 20, 25, 40};
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[1]->untils(), ElementsAre(0, 10, 20, 25, 30, 40));
  ASSERT_THAT(scripts[1]->rounds, SizeIs(6));
  EXPECT_THAT(scripts[1]->rounds[2]->packets, IsNull());
  EXPECT_THAT(scripts[1]->packets(), ElementsAre(0, 10, 20, 25, 40));
}

TEST_F(ConductReading, InStepDoesNotWalkThroughAGapOfYearsInstantByInstant) {
  parts.scripts_share = true;
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    done.next_due = work.until + std::chrono::seconds{1};
  };
  constexpr std::int64_t ten_years_ms = 315'360'000'000;
  source->times = {0, ten_years_ms};
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[0]->untils(), ElementsAre(0, 0, ten_years_ms));
}

TEST_F(ConductReading, MovesTheClockForScriptsThatWantNoPackets) {
  add_script(false);
  source->times = {0, 500, 1'500};
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(scripts[0]->untils().back(), 1'500);
  EXPECT_THAT(done->dropped_events, ElementsAre(0u));
}

TEST_F(ConductReading, NeverTurnsTheClockBackWhenPacketsGoBack) {
  add_script();
  source->times = {0, 1'000, 500, 700};
  source->most_at_once = 1;
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[0]->packets(), ElementsAre(0, 1'000, 500, 700));
  EXPECT_THAT(scripts[0]->untils(), ElementsAre(0, 0, 1'000, 1'000, 1'000));
}

TEST_F(ConductReading, StopsAtTheCount) {
  parts.count = 1'500;
  add_script();
  set_packets(5'000);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(done->packets, 1'500u);
  EXPECT_EQ(done->source.received, 1'500u) << "nothing is read that is not wanted";
  EXPECT_THAT(scripts[0]->packets(), SizeIs(1'500));
}

TEST_F(ConductReading, StopsAfterTheDurationAndCountsWhatItReadBeyond) {
  parts.duration = milliseconds{100};
  add_script();
  set_packets(5'000);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[0]->packets(), SizeIs(100));
  EXPECT_EQ(done->packets, 100u);
  EXPECT_EQ(done->source.received, done->packets + done->beyond_end);
  EXPECT_EQ(done->run_time, milliseconds{100});
}

TEST_F(ConductReading, LetsTheClockGoToTheEndOfADurationThatLiesInAQuietTime) {
  parts.duration = milliseconds{1'000};
  add_script();
  source->times = {0, 100, 5'000};
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(scripts[0]->rounds.back()->until, at_ms(1'000) - nanoseconds{1});
  EXPECT_EQ(done->run_time, milliseconds{1'000});
}

TEST_F(ConductReading, LetsTheClockEndWithTheCaptureWhenThatIsShorterThanTheDuration) {
  parts.duration = milliseconds{1'000};
  add_script();
  source->times = {0, 100};
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(done->run_time, milliseconds{100});
}

TEST_F(ConductReading, SurvivesADurationWithoutEnd) {
  parts.duration = nanoseconds::max();
  add_script();
  set_packets(10);
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[0]->packets(), SizeIs(10));
}

TEST_F(ConductReading, StopsWhenTheFlagIsSetBeforeAnythingIsRead) {
  stop = true;
  add_script();
  set_packets(10);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_TRUE(done->interrupted);
  EXPECT_THAT(scripts[0]->rounds, IsEmpty());
}

TEST_F(ConductReading, StopsInTheMiddleAndAddsUp) {
  source->on_read = [this](int reads) { stop = reads == 3; };
  add_script();
  add_script(false);
  set_packets(100'000);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_TRUE(done->interrupted);
  EXPECT_EQ(done->packets, 3'072u);
  EXPECT_EQ(scripts[0]->packets().size() + done->dropped_events[0], done->packets);
  EXPECT_EQ(done->dropped_events[1], 0u);
}

TEST_F(ConductReading, FinishesWhatIsUnderWayBeforeItStops) {
  add_script().holds = true;
  set_packets(100'000);
  begin();
  run();
  stop = true;
  for (int i = 0; i < 7; ++i) {
    let_answer(0);
    run();
    EXPECT_THAT(report(), IsNull());
  }
  let_answer(0);
  run();
  EXPECT_THAT(report(), NotNull());
}

TEST_F(ConductReading, GoesOnWithoutAScriptThatIsLost) {
  add_script();
  add_script().holds = true;
  set_packets(20'000);
  begin();
  run();
  lose(1);
  run();
  const auto done = report();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(scripts[0]->packets(), first_milliseconds(20'000));
  EXPECT_THAT(done->lost, ElementsAre(false, true));
  EXPECT_THAT(done->dropped_events, ElementsAre(0u, 20'000u)) << "it answered none of its rounds";
  EXPECT_THAT(told_lost, ElementsAre(1));
}

TEST_F(ConductReading, KeepsWhatALostScriptToldLast) {
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    done.tally.hook_calls = work.packets ? work.packets->size() : 0;
  };
  scripts[0]->holds = true;
  set_packets(5'000);
  begin();
  run();
  let_answer(0);
  let_answer(0);
  run();
  lose(0);
  run();
  const auto done = report();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(done->last_known[0].hook_calls, 1'024u);
  EXPECT_EQ(done->last_known[0].hook_calls + done->dropped_events[0], 5'000u);
}

TEST_F(ConductReading, EndsWhenEveryScriptIsLost) {
  add_script().holds = true;
  set_packets(20'000);
  begin();
  run();
  lose(0);
  run();
  EXPECT_THAT(report(), NotNull());
}

TEST_F(ConductReading, ReportsDamageAndWhyReadingFailed) {
  source->damages = {{errc::capture_damaged, "a.pcap: cut off at offset 100"}};
  source->failure = error{errc::io_failed, "cannot read a.pcap"};
  add_script();
  set_packets(10);
  source->most_at_once = 4;
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[0]->packets(), SizeIs(10)) << "up to the damage";
  ASSERT_THAT(done->problems, SizeIs(2));
  EXPECT_EQ(done->problems[0].code, errc::io_failed);
  EXPECT_EQ(done->problems[1].code, errc::capture_damaged);
}

TEST_F(ConductReading, WaitsForAPipeWithoutTurningInCircles) {
  add_script();
  source->never_ends = true;
  set_packets(1);
  begin();
  run();
  EXPECT_THAT(scripts[0]->packets(), SizeIs(1));
  EXPECT_FALSE(sched.has_job());
  EXPECT_TRUE(sched.has_pending_timeout()) << "it looks again a little later";
  stop = true;
  sched.advance_time(milliseconds{20});
  run();
  EXPECT_THAT(report(), NotNull());
}

actors::job_command run_command(std::size_t from, const std::string& tag) {
  return {actors::job_command::what::run, from, tag, {}, 0, {}};
}

TEST_F(ConductReading, CarriesCommandsAFixedNumberOfRoundsLaterWhoeverIsFaster) {
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    if (work.number == 2) done.commands.push_back(run_command(0, "x"));
  };
  add_script();
  set_packets(20'000);
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[1]->commands(), ElementsAre("10:x"));
}

TEST_F(ConductReading, InStepCarriesCommandsToTheNextRound) {
  parts.scripts_share = true;
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    if (work.number == 2) done.commands.push_back(run_command(0, "x"));
  };
  add_script();
  set_packets(500);
  ASSERT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[1]->commands(), ElementsAre("3:x"));
}

TEST_F(ConductReading, CarriesWhatWasAskedForAtTheVeryEnd) {
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    if (work.packets) done.commands.push_back(run_command(0, "x"));
  };
  add_script();
  set_packets(3);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[1]->commands(), ElementsAre("3:x"));
  EXPECT_THAT(scripts[1]->untils().back(), 2);
}

TEST_F(ConductReading, EndsAlsoWhenScriptsAlwaysAskForMore) {
  add_script().says = [](const actors::round&, actors::round_done& done) {
    done.commands.push_back(run_command(0, "x"));
  };
  add_script();
  set_packets(3);
  EXPECT_THAT(read_all(), NotNull());
  EXPECT_THAT(scripts[1]->rounds, SizeIs(Le(12u)));
}

TEST_F(ConductReading, ReadsWithoutScripts) {
  set_packets(5'000);
  const auto done = read_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(done->packets, 5'000u);
}

} // namespace
} // namespace remora::worker::test
