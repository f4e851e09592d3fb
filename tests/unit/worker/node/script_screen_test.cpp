#include "worker/node/script_screen.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gmock/gmock.h>

#include "../recording_sink.hpp"
#include "actors/scripts/process_scope.hpp"
#include "worker/live_records.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

struct system_config : caf::actor_system_config {
  system_config() { add_message_types<caf::id_block::remora_actors>(); }
};

/// Items on their way out, past real scripts.
class ScriptScreen : public ::testing::Test {
 protected:
  ~ScriptScreen() override {
    seen_by->show({});
    for (auto& script : scripts)
      caf::anon_send(script, atom::finish::value, false);
  }

  void add(const std::string& hook_body) {
    const std::size_t index = scripts.size();
    auto parts = std::make_shared<actors::script_runner::parts>();
    parts->source.title = std::string(1, static_cast<char>('a' + index));
    parts->source.code = "function onItemQueried(data, filter) {" + hook_body + "}";
    parts->env_json = "{}";
    parts->limits.turn = std::chrono::milliseconds{100};
    parts->clock = script::run_clock::wall();
    parts->watch = std::make_shared<script::turn_watch>();
    parts->scope = scope->open(index);
    parts->records = records->open(index);
    scripts.push_back(system.spawn<caf::detached>(actors::script_behavior, std::move(parts)));
    caf::scoped_actor self{system};
    self->request(scripts.back(), caf::infinite, atom::load::value)
        .receive([](const actors::load_report_ptr& report) { EXPECT_EQ(report->error, ""); },
                 [](const caf::error& why) { FAIL() << caf::to_string(why); });
    seen_by->show({scripts, fail_closed, false});
  }
  std::vector<std::optional<std::string>> pass(std::vector<std::string> items) {
    return script_screen{system, seen_by}.pass(std::move(items), "http");
  }

  recording_sink sink;
  std::shared_ptr<live_records> records = std::make_shared<live_records>(sink, 0);
  std::shared_ptr<actors::process_scope> scope =
      std::make_shared<actors::process_scope>(0, actors::process_scope::publish::at_once);
  std::shared_ptr<screening_scripts> seen_by = std::make_shared<screening_scripts>();
  bool fail_closed = false;
  system_config config;
  caf::actor_system system{config};
  std::vector<actors::script_actor> scripts;
};

TEST_F(ScriptScreen, LetsItemsPassWhenNoScriptWantsToSeeThem) {
  EXPECT_THAT(pass({"1", "2"}), ElementsAre(Optional(std::string{"1"}), Optional(std::string{"2"})));
}

TEST_F(ScriptScreen, GivesEachScriptWhatTheOneBeforeMadeOfTheItem) {
  add("data.n += 1; return data;");
  add("data.n *= 10; data.asked = filter; return data;");
  EXPECT_THAT(pass({R"({"n":1})", R"({"n":2})"}),
              ElementsAre(Optional(std::string{R"({"n":20,"asked":"http"})"}),
                          Optional(std::string{R"({"n":30,"asked":"http"})"})));
}

TEST_F(ScriptScreen, SendsAnItemAsItWasBeforeAScriptThatThrows) {
  add("data.n += 1; return data;");
  add("throw new Error('no');");
  EXPECT_THAT(pass({R"({"n":1})"}), ElementsAre(Optional(std::string{R"({"n":2})"})));
}

TEST_F(ScriptScreen, WithholdsAnItemThatAScriptFailsOnWhenItIsToFailClosed) {
  fail_closed = true;
  add("if (data.n === 1) throw new Error('no');");
  EXPECT_THAT(pass({R"({"n":1})", R"({"n":2})"}),
              ElementsAre(std::nullopt, Optional(std::string{R"({"n":2})"})));
}

TEST_F(ScriptScreen, WithholdsAnItemThatAScriptWasEndedOnWhenItIsToFailClosed) {
  fail_closed = true;
  add("if (data.n === 1) for (;;) {}");
  EXPECT_THAT(pass({R"({"n":1})", R"({"n":2})"}),
              ElementsAre(std::nullopt, Optional(std::string{R"({"n":2})"})));
}

TEST_F(ScriptScreen, WithholdsEverythingFromAScriptThatHasEndedWhenItIsToFailClosed) {
  fail_closed = true;
  add("");
  caf::anon_send_exit(scripts.front(), caf::exit_reason::kill);
  EXPECT_THAT(pass({R"({"n":1})"}), ElementsAre(std::nullopt));
}

TEST_F(ScriptScreen, WithholdsEverythingWhileAScriptIsLoadedForTheFirstTimeWhenItIsToFailClosed) {
  seen_by->show({{}, true, true});
  EXPECT_THAT(pass({"1"}), IsEmpty());
  seen_by->show({{}, false, true});
  EXPECT_THAT(pass({"1"}), ElementsAre(Optional(std::string{"1"})));
}

} // namespace
} // namespace remora::worker::test
