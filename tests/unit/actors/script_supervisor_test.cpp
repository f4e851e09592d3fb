#include "actors/scripts/script_supervisor.hpp"

#include <caf/send.hpp>

#include "script_fixture.hpp"
#include "tests/support/deterministic_test.hpp"

namespace remora::actors::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Cannot make room for another round, as when memory has run out.
struct failing_lane final : record_lane {
  void console(console_line) override {}
  void job(job_run, timestamp) override {}
  void clear_console(timestamp) override {}
  void enter_round(std::uint64_t) override { throw std::bad_alloc{}; }
};

script_owner::behavior_type note_lost(script_owner::pointer,
                                      const std::shared_ptr<std::vector<std::size_t>>& lost) {
  return {[lost](const script_lost_ptr& given_up) { lost->push_back(given_up->script); }};
}

class ScriptSupervisor : public remora::test::deterministic_test {
 public:
  ~ScriptSupervisor() override {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    for (const script_actor& actor : actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    run();
  }

 protected:
  ScriptSupervisor() {
    auto scripts = std::make_shared<std::vector<supervised_script>>();
    for (std::size_t i = 0; i < 3; ++i) {
      watches.push_back(std::make_shared<remora::script::turn_watch>());
      auto with = std::make_shared<script_runner::parts>();
      with->source.index = i;
      with->source.title = "script-" + std::to_string(i);
      with->source.file = "a.js";
      with->env_json = "{}";
      with->clock = remora::script::run_clock::capture(at(0));
      with->watch = watches[i];
      with->scope = scope.view(i);
      with->records = std::make_shared<failing_lane>();
      actors.push_back(sys.spawn(script_behavior, std::move(with)));
      scripts->push_back(
          {"script-" + std::to_string(i), caf::actor_cast<caf::strong_actor_ptr>(actors[i]), watches[i]});
    }
    const script_owner owner = sys.spawn(note_lost, lost);
    supervisor = sys.spawn(supervise_scripts, std::move(scripts), owner);
    run();
  }

  void look() {
    sched.advance_time(std::chrono::milliseconds{500});
    run();
  }

  process_scope scope{3, process_scope::publish::on_merge};
  std::vector<std::shared_ptr<remora::script::turn_watch>> watches;
  std::vector<script_actor> actors;
  script_supervisor supervisor;
  std::shared_ptr<std::vector<std::size_t>> lost = std::make_shared<std::vector<std::size_t>>();
};

TEST_F(ScriptSupervisor, LeavesScriptsAloneThatAreIdleOrAtWork) {
  watches[1]->begin(std::chrono::hours{1});
  look();
  look();
  EXPECT_THAT(*lost, IsEmpty());
}

TEST_F(ScriptSupervisor, GivesUpAScriptWhoseTurnIsLongOverdue) {
  watches[1]->begin(std::chrono::hours{-1}); // its time was over before it began
  look();
  EXPECT_THAT(*lost, ElementsAre(1));
}

TEST_F(ScriptSupervisor, GivesUpAScriptWhoseEngineBroke) {
  watches[2]->mark_dead();
  look();
  EXPECT_THAT(*lost, ElementsAre(2));
}

TEST_F(ScriptSupervisor, SaysItOnce) {
  watches[2]->mark_dead();
  for (int i = 0; i < 5; ++i)
    look();
  EXPECT_THAT(*lost, ElementsAre(2));
}

TEST_F(ScriptSupervisor, SaysItInTheLogWithTheTitleOfTheScript) {
  watches[0]->mark_dead();
  testing::internal::CaptureStderr();
  look();
  const std::string logged = testing::internal::GetCapturedStderr();
  EXPECT_THAT(logged, HasSubstr("script-stuck"));
  EXPECT_THAT(logged, HasSubstr("script=script-0"));
}

TEST_F(ScriptSupervisor, NoticesAnActorThatDied) {
  auto work = std::make_shared<round>();
  work->number = 1;
  ask<round_done_ptr>(actors[1], round_ptr{work});
  EXPECT_THAT(*lost, ElementsAre(1));
}

TEST_F(ScriptSupervisor, DoesNotMournAnActorThatHasFinished) {
  ask<script_tally_ptr>(actors[1], atom::finish::value, false);
  look();
  EXPECT_THAT(*lost, IsEmpty());
}

TEST_F(ScriptSupervisor, LooksAfterAScriptThatCameLater) {
  watches.push_back(std::make_shared<remora::script::turn_watch>());
  caf::anon_send(supervisor,
                 std::make_shared<const newcomer>(newcomer{
                     7, {"script-7", caf::actor_cast<caf::strong_actor_ptr>(actors[0]), watches.back()}}));
  run();
  watches.back()->mark_dead();
  look();
  EXPECT_THAT(*lost, ElementsAre(7));
}

TEST_F(ScriptSupervisor, ForgetsAScriptThatEnds) {
  caf::anon_send(supervisor, atom::forget::value, std::uint64_t{1});
  run();
  watches[1]->mark_dead();
  look();
  EXPECT_THAT(*lost, IsEmpty());
}

TEST_F(ScriptSupervisor, GoesOnLookingAfterTheOthers) {
  watches[0]->mark_dead();
  look();
  watches[2]->mark_dead();
  look();
  EXPECT_THAT(*lost, ElementsAre(0, 2));
}

} // namespace
} // namespace remora::actors::test
