#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

constexpr std::int64_t ms = 1'000'000;

class Timers : public script_test {
 protected:
  void run_until(script_vm& vm, std::int64_t at_ns) {
    while (vm.next_timer_ns() <= at_ns) {
      clock.advance_to(vm.next_timer_ns());
      vm.run_due_timer();
    }
    clock.advance_to(at_ns);
  }
};

TEST_F(Timers, CallAFunctionOnceWithItsArguments) {
  auto vm = load("setTimeout(function (a, b) { console.log(a, b, Date.now()); }, 20, 'x', 2);");
  run_until(*vm, start_ns + 19 * ms);
  EXPECT_TRUE(console.lines.empty());
  run_until(*vm, start_ns + 100 * ms);
  EXPECT_EQ(console.texts(), std::vector<std::string>{"x 2 1700000000020"});
}

TEST_F(Timers, RepeatUntilCleared) {
  auto vm = load(
      "var n = 0; var id = setInterval(function () { if (++n === 3) clearInterval(id); console.log(n); }, "
      "10);");
  run_until(*vm, start_ns + 1000 * ms);
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(vm->next_timer_ns(), timer_table::never);
}

TEST_F(Timers, RunInTheOrderInWhichTheyAreDue) {
  auto vm = load(
      "function say(x) { console.log(x); } setTimeout(say, 30, 'c'); setTimeout(say, 10, 'a'); "
      "setTimeout(say, 10, 'b');");
  run_until(*vm, start_ns + 50 * ms);
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(Timers, MayBeClearedBeforeTheyRun) {
  auto vm = load(
      "clearTimeout(setTimeout(function () { console.log('no'); }, 5)); clearTimeout(99); clearTimeout();");
  run_until(*vm, start_ns + 50 * ms);
  EXPECT_TRUE(console.lines.empty());
}

TEST_F(Timers, MayBeDaysAway) {
  auto vm = load("setTimeout(function () { console.log('two days'); }, 172800000);");
  EXPECT_EQ(vm->next_timer_ns(), start_ns + 172'800'000 * ms);
}

TEST_F(Timers, IntervalsAreAtLeastTenMilliseconds) {
  auto vm = load("setInterval(function () {}, 0);");
  EXPECT_EQ(vm->next_timer_ns(), start_ns + 10 * ms);
}

TEST_F(Timers, AnExceptionIsAnErrorLine) {
  auto vm = load("setTimeout(function () { throw new Error('late'); }, 1);");
  run_until(*vm, start_ns + 5 * ms);
  EXPECT_EQ(console.texts(), std::vector<std::string>{"Error: late (test.js:1, timer)"});
}

TEST_F(Timers, RefuseWhatIsNoFunction) {
  EXPECT_EQ(load_error("setTimeout('x', 1);"),
            "test.js:1: TypeError: setTimeout: argument 1 (fn) must be a function");
}

TEST_F(Timers, AreLimitedInNumber) {
  EXPECT_NE(
      load_error("for (var i = 0; i < 20000; i++) setTimeout(function () {}, 1000);").find("10000 timers"),
      std::string::npos);
}

TEST_F(Timers, MissedIntervalsAreNotMadeUpFor) {
  auto vm = load("setInterval(function () { console.log('tick'); }, 10);");
  clock.advance_to(start_ns + 95 * ms);
  while (vm->run_due_timer()) {
  }
  EXPECT_EQ(console.lines.size(), 1u);
  EXPECT_EQ(vm->next_timer_ns(), start_ns + 100 * ms);
}

} // namespace
} // namespace remora::script
