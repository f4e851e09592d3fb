#include "actors/scripts/script_actor.hpp"

#include <caf/send.hpp>

#include "script_fixture.hpp"
#include "tests/support/deterministic_test.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ScriptActor : public remora::test::deterministic_test {
 public:
  ~ScriptActor() override {
    for (const script_actor& actor : actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    run();
  }

 protected:
  script_actor spawn(const std::string& code, remora::script::run_clock clock) {
    auto with = std::make_shared<script_runner::parts>();
    with->source.title = "a";
    with->source.file = "a.js";
    with->source.code = code;
    with->env_json = "{}";
    with->clock = clock;
    with->watch = std::make_shared<remora::script::turn_watch>();
    with->scope = scope.view(0);
    with->records = records;
    actors.push_back(sys.spawn(script_behavior, std::move(with)));
    return actors.back();
  }
  script_actor reading(const std::string& code) {
    return spawn(code, remora::script::run_clock::capture(at(0)));
  }
  script_actor capturing(const std::string& code) { return spawn(code, remora::script::run_clock::wall()); }

  static round_ptr make_round(std::uint64_t number, const std::vector<double>& seconds) {
    auto work = std::make_shared<round>();
    work->number = number;
    work->packets = script::packets(seconds);
    work->until = seconds.empty() ? at(0) : at(seconds.back());
    return work;
  }

  load_report load(const script_actor& actor) {
    const auto report = ask<load_report_ptr>(actor, atom::load::value);
    EXPECT_TRUE(report);
    return report ? **report : load_report{};
  }

  process_scope scope{2, process_scope::publish::at_once};
  std::vector<script_actor> actors;
  std::shared_ptr<recording_lane> records = std::make_shared<recording_lane>();
};

TEST_F(ScriptActor, ReportsWhatItLoaded) {
  const load_report report =
      load(reading("function onPacketCaptured() {} this.n = 1;"
                   "jobs.schedule('j', '@daily', function () {});"));
  EXPECT_EQ(report.error, "");
  EXPECT_TRUE(report.wants_packets);
  EXPECT_TRUE(report.sees_others);
  EXPECT_THAT(report.tags, ElementsAre("j"));
}

TEST_F(ScriptActor, ReportsAScriptThatNeitherWantsPacketsNorSeesOthers) {
  const load_report report = load(reading("var n = 1;"));
  EXPECT_FALSE(report.wants_packets);
  EXPECT_FALSE(report.sees_others);
}

TEST_F(ScriptActor, ReportsWhyAScriptDoesNotLoad) {
  EXPECT_THAT(load(reading("var a = ;")).error, HasSubstr("a.js:1:"));
}

TEST_F(ScriptActor, AnswersEachRoundWithItsNumberAsCredit) {
  const script_actor actor = reading("function onPacketCaptured() { console.log('packet'); }");
  load(actor);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto done = ask<round_done_ptr>(actor, make_round(number, {static_cast<double>(number)}));
    ASSERT_TRUE(done);
    EXPECT_EQ((*done)->number, number);
    EXPECT_EQ((*done)->tally.hook_calls, number);
  }
  EXPECT_THAT(records->all, ElementsAre("+1 packet", "+2 packet", "+3 packet"));
}

TEST_F(ScriptActor, SaysWithTheAnswerWhatItAsksOfOthersAndWhenItIsDue) {
  const script_actor actor = reading(
      "function onPacketCaptured() { jobs.run('theirs'); jobs.schedule('j', '@every 10s', function () {}); "
      "}");
  load(actor);
  const auto done = ask<round_done_ptr>(actor, make_round(1, {1}));
  ASSERT_TRUE(done);
  ASSERT_THAT((*done)->commands, SizeIs(1));
  EXPECT_EQ((*done)->commands[0].tag, "theirs");
  EXPECT_THAT((*done)->tags, ElementsAre("j"));
  EXPECT_EQ((*done)->next_due, at(10));
}

// ---- a script that is prepared

TEST_F(ScriptActor, ThatWasPreparedRunsNothingBeforeItBegins) {
  const script_actor actor = capturing(
      "setTimeout(function () {}, 0); jobs.schedule('j', '@every 1s', function () {}); jobs.run('j');");
  EXPECT_EQ((*ask<load_report_ptr>(actor, atom::prepare::value))->error, "");
  run();
  EXPECT_THAT(records->all, IsEmpty());
  EXPECT_FALSE(sched.has_pending_timeout());
  caf::anon_send(actor, std::make_shared<const script_start>());
  run();
  EXPECT_TRUE(sched.has_pending_timeout());
  sched.advance_time(std::chrono::seconds{1});
  run();
  EXPECT_THAT(records->all, testing::Contains(HasSubstr("job j")));
}

TEST_F(ScriptActor, ThatWasPreparedKeepsItsRoundsAndAnswersThemInOrderWhenItBegins) {
  const script_actor actor = reading("function onPacketCaptured() { console.log('packet'); }");
  EXPECT_TRUE(ask<load_report_ptr>(actor, atom::prepare::value));
  std::vector<std::uint64_t> answered;
  auto first = self->request(actor, caf::infinite, make_round(1, {1}));
  auto second = self->request(actor, caf::infinite, make_round(2, {2}));
  run();
  EXPECT_THAT(records->all, IsEmpty());
  caf::anon_send(actor, std::make_shared<const script_start>());
  run();
  const auto note = [&](const round_done_ptr& done) { answered.push_back(done->number); };
  first.receive(note, [](const caf::error&) {});
  second.receive(note, [](const caf::error&) {});
  EXPECT_THAT(answered, ElementsAre(1u, 2u));
  EXPECT_THAT(records->all, ElementsAre("+1 packet", "+2 packet"));
}

TEST_F(ScriptActor, ThatTakesAPlaceRunsTheInstantsThatTheOneBeforeDidNot) {
  for (const double handled_until : {0.0, 5.0, 10.0}) {
    records->all.clear();
    const script_actor actor =
        reading("jobs.schedule('j', '@every 5s', function () { console.log('job'); });");
    EXPECT_TRUE(ask<load_report_ptr>(actor, atom::prepare::value));
    caf::anon_send(actor, std::make_shared<const script_start>(script_start{at(handled_until), {}}));
    EXPECT_TRUE(ask<round_done_ptr>(actor, make_round(1, {11})));
    const auto ran = static_cast<std::size_t>(std::count_if(
        records->all.begin(), records->all.end(), [](const auto& l) { return l.find("job j") != l.npos; }));
    EXPECT_EQ(ran, 2u - static_cast<std::size_t>(handled_until) / 5) << "instants at 5 s and 10 s";
  }
}

TEST_F(ScriptActor, ByTheClockOfACaptureNeverWakesItself) {
  load(reading("setTimeout(function () { console.log('timer'); }, 1);"));
  EXPECT_FALSE(sched.has_pending_timeout());
}

TEST_F(ScriptActor, ByTheWallClockWakesItselfForAJobThatIsDue) {
  load(capturing("jobs.schedule('j', '@daily', function () { console.log('runs'); }); jobs.run('j');"));
  EXPECT_THAT(records->lines, IsEmpty());
  sched.advance_time(std::chrono::milliseconds{1});
  run();
  ASSERT_THAT(records->lines, SizeIs(1));
  EXPECT_EQ(records->lines[0].text, "runs");
}

TEST_F(ScriptActor, ByTheWallClockGoesOnWakingItselfUntilATimerIsDue) {
  load(capturing("setTimeout(function () { console.log('timer'); }, 5);"));
  const timestamp due = wall_now() + std::chrono::milliseconds{5};
  while (wall_now() <= due) { // the actor's time only passes with advance_time(), the script's by itself
  }
  sched.advance_time(std::chrono::seconds{1});
  run();
  EXPECT_THAT(records->lines, SizeIs(1));
}

TEST_F(ScriptActor, LooksAtTheWallClockEverySecondHoweverFarAJobIs) {
  load(capturing("jobs.schedule('j', '@yearly', function () {});"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(sched.advance_time(std::chrono::milliseconds{1'001}), 1u) << "look " << i;
    run();
  }
}

TEST_F(ScriptActor, TellsWhoSendsTheRoundsWhatItAsksForBetweenThem) {
  const script_actor actor = capturing(
      "var n = 0; jobs.schedule('j', '@daily', function () { jobs.run('theirs'); });"
      "function onPacketCaptured() { jobs.run('j'); setTimeout(function () { jobs.run('j'); }, 1); }");
  load(actor);
  self->send(actor, make_round(7, {1}));
  run();
  std::vector<std::uint64_t> numbers;
  const auto note = [&](const round_done_ptr& done) { numbers.push_back(done->number); };
  self->receive(note);
  const timestamp due = wall_now() + std::chrono::milliseconds{2};
  while (wall_now() <= due) {
  }
  for (int i = 0; i < 3; ++i) {
    sched.advance_time(std::chrono::seconds{1});
    run();
  }
  self->receive(note);
  EXPECT_THAT(numbers, ElementsAre(7, 0));
}

TEST_F(ScriptActor, FinishesWithItsTallyAndQuits) {
  const script_actor actor = reading("function onPacketCaptured() { throw new Error('x'); }");
  load(actor);
  self->monitor(actor);
  ask<round_done_ptr>(actor, make_round(1, {1, 2}));
  const auto tally = ask<script_tally_ptr>(actor, atom::finish::value, false);
  ASSERT_TRUE(tally);
  EXPECT_EQ((*tally)->hook_calls, 2u);
  EXPECT_EQ((*tally)->errors, 2u);
  caf::error reason = caf::exit_reason::unhandled_exception;
  self->receive([&](const caf::down_msg& down) { reason = down.reason; });
  EXPECT_EQ(reason, caf::exit_reason::normal);
}

TEST_F(ScriptActor, RunsEveryJobBeforeItFinishesWhenToldTo) {
  const script_actor actor = reading("jobs.schedule('j', '@daily', function () { return 1; });");
  load(actor);
  ask<script_tally_ptr>(actor, atom::finish::value, true);
  EXPECT_THAT(records->all, ElementsAre("+0 job j passed 1"));
}

} // namespace
} // namespace remora::actors::test
