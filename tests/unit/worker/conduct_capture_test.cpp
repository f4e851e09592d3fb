#include <numeric>

#include "conductor_fixture.hpp"

namespace remora::worker::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;
using testing::SizeIs;

class ConductCapture : public conductor_test {
 protected:
  ConductCapture() {
    source->never_ends = true;
    source->on_read = [this](int) { let_others_work(); };
    live = source.get();
  }

  /// While the conductor waits for packets the scripts have time. A person ends the capture a little after
  /// nothing comes any more.
  void let_others_work() {
    run();
    if (live->next == live->times.size() && ++quiet_reads == 16) stop = true;
  }

  void begin() {
    parts.start = wall_now();
    start(conduct_capture, 0);
  }
  /// The first script answers all that it holds back.
  void let_answer_everything() {
    while (!scripts[0]->held.empty()) {
      let_answer(0);
      run();
    }
  }
  capture_report_ptr capture_all() {
    begin();
    run();
    return report();
  }

  fake_source* live = nullptr;
  int quiet_reads = 0;
};

TEST_F(ConductCapture, GivesEveryPacketToEveryScriptThatWantsThem) {
  add_script();
  add_script(false);
  add_script();
  set_packets(5'000);
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[0]->packets(), SizeIs(5'000));
  EXPECT_EQ(scripts[0]->packets(), scripts[2]->packets());
  EXPECT_THAT(scripts[1]->rounds, IsEmpty());
  EXPECT_EQ(done->packets, 5'000u);
  EXPECT_THAT(done->dropped_events, ElementsAre(0u, 0u, 0u));
}

TEST_F(ConductCapture, NeverWaitsForAScriptAndCountsWhatItMisses) {
  parts.queue_events = 3'000;
  add_script().holds = true;
  add_script();
  set_packets(20'480);
  begin();
  run(); // everything was read, although script 0 has answered nothing
  EXPECT_EQ(live->received, 20'480u);
  let_answer_everything();
  const auto done = report();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[0]->packets(), SizeIs(2'048)) << "two batches of 1024 fit, a third does not";
  EXPECT_EQ(scripts[0]->packets().size() + done->dropped_events[0], done->packets);
  EXPECT_THAT(scripts[1]->packets(), SizeIs(20'480));
  EXPECT_EQ(done->dropped_events[1], 0u);
}

TEST_F(ConductCapture, GivesAScriptPacketsAgainOnceItHasRoom) {
  parts.queue_events = 1'024;
  add_script().holds = true;
  set_packets(4'096);
  live->on_read = [this](int reads) {
    if (reads == 3) let_answer(0);
    let_others_work();
  };
  begin();
  run();
  let_answer_everything();
  const auto done = report();
  ASSERT_THAT(done, NotNull());
  EXPECT_GE(scripts[0]->packets().size(), 2'048u);
  EXPECT_EQ(scripts[0]->packets().size() + done->dropped_events[0], 4'096u);
}

TEST_F(ConductCapture, ReadsNoMoreAtOnceThanAnIdleScriptCanTake) {
  parts.queue_events = 100;
  add_script();
  set_packets(1'000);
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_LE(live == nullptr ? 0 : scripts[0]->rounds.front()->packets->size(), 100u);
  EXPECT_EQ(scripts[0]->packets().size() + done->dropped_events[0], 1'000u);
  EXPECT_GE(scripts[0]->packets().size(), 100u);
}

TEST_F(ConductCapture, DeliversMailAlsoToAScriptThatIsFull) {
  parts.queue_events = 1'024;
  add_script().holds = true;
  bool said = false;
  add_script().says = [&said](const actors::round& work, actors::round_done& done) {
    if (work.number > 1 && !std::exchange(said, true))
      done.commands.push_back({actors::job_command::what::run, 1, "x", {}, 0, {}});
  };
  set_packets(10'000);
  begin();
  run();
  ASSERT_THAT(scripts[0]->commands(), SizeIs(1));
  EXPECT_THAT(scripts[0]->rounds.back()->packets, IsNull());
}

TEST_F(ConductCapture, DeliversMailWhenNoPacketsCome) {
  add_script().says = [](const actors::round& work, actors::round_done& done) {
    if (work.packets) done.commands.push_back({actors::job_command::what::run, 0, "x", {}, 0, {}});
  };
  add_script(false);
  set_packets(1);
  live->on_read = [this](int reads) {
    let_others_work();
    stop = reads == 4;
  };
  ASSERT_THAT(capture_all(), NotNull());
  EXPECT_THAT(scripts[1]->commands(), ElementsAre("1:x"));
}

TEST_F(ConductCapture, TakesWhatAScriptSaysBetweenTwoRounds) {
  add_script();
  add_script(false);
  live->on_read = [this](int reads) {
    if (reads == 1) {
      auto said = std::make_shared<actors::round_done>();
      said->script = 0;
      said->number = 0;
      said->commands.push_back({actors::job_command::what::run, 0, "x", {}, 0, {}});
      caf::anon_send(reader, actors::round_done_ptr{said});
    }
    run();
    stop = reads == 4;
  };
  ASSERT_THAT(capture_all(), NotNull());
  EXPECT_THAT(scripts[1]->commands(), ElementsAre("1:x"));
}

TEST_F(ConductCapture, CountsEverythingForAScriptThatIsLostAsDropped) {
  add_script().holds = true;
  add_script();
  set_packets(10'000);
  live->on_read = [this](int reads) {
    if (reads == 3) lose(0);
    let_others_work();
  };
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull()) << "nobody waits for it";
  EXPECT_THAT(done->dropped_events, ElementsAre(10'000u, 0u));
  EXPECT_THAT(done->lost, ElementsAre(true, false));
  EXPECT_THAT(told_lost, ElementsAre(0));
}

TEST_F(ConductCapture, FinishesWhatIsUnderWayBeforeItReports) {
  add_script().holds = true;
  set_packets(10);
  begin();
  run();
  EXPECT_THAT(report(), IsNull());
  let_answer(0);
  run();
  const auto done = report();
  ASSERT_THAT(done, NotNull());
  EXPECT_TRUE(done->interrupted);
}

TEST_F(ConductCapture, StopsAtTheCount) {
  parts.count = 1'500;
  add_script();
  set_packets(5'000);
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(done->packets, 1'500u);
  EXPECT_THAT(scripts[0]->packets(), SizeIs(1'500));
  EXPECT_FALSE(done->interrupted);
}

TEST_F(ConductCapture, StopsWhenTheDurationIsOver) {
  parts.duration = nanoseconds{0};
  add_script();
  set_packets(10);
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_FALSE(done->interrupted);
  EXPECT_EQ(done->packets, 0u);
}

TEST_F(ConductCapture, ReportsWhyTheCaptureEndedAndWhatCameBefore) {
  live->never_ends = false;
  live->failure = error{errc::unknown_interface, "eth0 disappeared"};
  live->on_read = nullptr;
  add_script();
  set_packets(10);
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_THAT(scripts[0]->packets(), SizeIs(10));
  ASSERT_THAT(done->problems, SizeIs(1));
  EXPECT_EQ(done->problems[0].code, errc::unknown_interface);
}

// ---- scripts that leave and join while packets come

TEST_F(ConductCapture, MissesAndRepeatsNoPacketWhenAScriptTakesThePlaceOfAnother) {
  add_script();
  set_packets(10'000);
  live->on_read = [this](int reads) {
    if (reads % 3 == 0 && reads < 9) { // its successor takes the other slot
      const auto leaves = static_cast<std::size_t>(reads / 3 - 1);
      make_script(leaves + 1);
      change({leaves}, leaves + 1);
    }
    let_others_work();
  };
  ASSERT_THAT(capture_all(), NotNull());
  ASSERT_THAT(scripts, SizeIs(3));
  std::vector<std::int64_t> all;
  for (const auto& script : scripts) {
    EXPECT_THAT(script->packets(), testing::Not(IsEmpty()));
    for (const std::int64_t packet : script->packets())
      all.push_back(packet);
  }
  std::vector<std::int64_t> expected(10'000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
  EXPECT_THAT(left(), ElementsAre(testing::Pair(0, 0u), testing::Pair(1, 0u)));
}

TEST_F(ConductCapture, SaysThatAScriptHasLeftOnceItHasAnsweredEverything) {
  add_script().holds = true;
  set_packets(10);
  live->on_read = [this](int reads) {
    if (reads == 2) change({0}, std::nullopt);
    let_others_work();
  };
  begin();
  run();
  EXPECT_THAT(left(), IsEmpty());
  let_answer(0);
  run();
  EXPECT_THAT(left(), ElementsAre(testing::Pair(0, 0u)));
  EXPECT_THAT(report(), NotNull());
}

TEST_F(ConductCapture, TellsWhatAScriptThatLeftHadMissed) {
  parts.queue_events = 1'024;
  add_script().holds = true;
  set_packets(5'000);
  live->on_read = [this](int) {
    if (live->next == live->times.size() && quiet_reads == 0) change({0}, std::nullopt);
    let_others_work();
  };
  begin();
  run();
  let_answer_everything();
  const auto said = left();
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].second + scripts[0]->packets().size(), 5'000u);
}

TEST_F(ConductCapture, TellsAScriptThatJoinsTheTagsOfTheOthersAndThemItsOwn) {
  add_script();
  parts.exchange = actors::job_exchange{1};
  set_packets(5'000);
  live->on_read = [this](int reads) {
    if (reads == 2) {
      make_script(1, false);
      change({}, 1, {"new"});
    }
    let_others_work();
  };
  ASSERT_THAT(capture_all(), NotNull());
  for (const auto& script : scripts) {
    const auto with_tags = std::find_if(script->rounds.begin(), script->rounds.end(),
                                        [](const actors::round_ptr& work) { return work->tags != nullptr; });
    ASSERT_NE(with_tags, script->rounds.end());
    EXPECT_THAT(*(*with_tags)->tags, ElementsAre(IsEmpty(), ElementsAre("new")));
  }
}

TEST_F(ConductCapture, LetsAScriptThatIsLostLeaveAtOnce) {
  add_script().holds = true;
  set_packets(3'000);
  live->on_read = [this](int reads) {
    if (reads == 2) change({0}, std::nullopt);
    if (reads == 3) lose(0);
    let_others_work();
  };
  ASSERT_THAT(capture_all(), NotNull());
  EXPECT_THAT(left(), ElementsAre(testing::Pair(0, scripts[0]->packets().size())));
}

TEST_F(ConductCapture, CollectsPacketsOnlyWhileSomeScriptWantsThem) {
  set_packets(4'000);
  live->on_read = [this](int reads) {
    if (reads == 2) {
      make_script(0);
      change({}, 0);
    }
    if (reads == 3) change({0}, std::nullopt);
    let_others_work();
  };
  parts.batcher = nullptr;
  const auto done = capture_all();
  ASSERT_THAT(done, NotNull());
  EXPECT_EQ(done->packets, 4'000u);
  EXPECT_THAT(scripts[0]->packets(), SizeIs(1'024));
}

} // namespace
} // namespace remora::worker::test
