#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

/// Scripts that want to take the process with them. Budgets are short so that the tests are.
class HostileScript : public script_test {
 protected:
  HostileScript() {
    limit.turn = std::chrono::milliseconds{100};
    limit.memory_bytes = 4u << 20;
  }

  /// Runs a statement in a packet hook; the neighbour must still work afterwards.
  std::unique_ptr<script_vm> run(const std::string& statement) {
    console.lines.clear();
    auto vm = load("function onPacketCaptured() {" + statement + "}");
    deliver_all(*vm, {packet(start_ns)});
    auto neighbour = load("function onPacketCaptured() { console.log('alive'); }");
    deliver_all(*neighbour, {packet(start_ns)});
    EXPECT_EQ(console.lines.back().text, "alive");
    return vm;
  }
};

TEST_F(HostileScript, IsEndedWhenItUsesUpItsTime) {
  for (const char* statement :
       {"while (true) {}", "for (;;) { try { while (true) {} } catch (e) {} }",
        "try { while (true) {} } finally { while (true) {} }", "(function f() { return f(); })()",
        "/(a+)+b/.test(new Array(41).join('a'))", "new Array(1e8).join()", "new Array(1e7).sort()",
        "var a = []; a.length = 4294967295; a.reverse()",
        "[].concat.apply([], [1]); var s = ''; while (true) s = 'x';",
        "JSON.stringify(function () { var a = []; a[1e8] = 1; return a; }())",
        "var o = {}, a = []; for (var i = 0; i < 1e4; i++) { o['k' + i] = undefined; a.push(o); }"
        "JSON.stringify(a)",
        "var o = {}, a = []; for (var i = 0; i < 1e4; i++) { Object.defineProperty(o, 'k' + i, {}); "
        "a.push(o); }"
        "JSON.stringify(a)",
        "var o = {}; Object.defineProperty(o, 'x', {get: function () { while (true) {} }}); o.x",
        "[3, 2, 1].sort(function () { while (true) {} })",
        "'a'.replace(/a/, function () { while (true) {} })",
        "String({toString: function () { while (true) {} }})"}) {
    auto vm = run(statement);
    EXPECT_TRUE(vm->broken()) << statement;
    EXPECT_EQ(vm->broken_because(), errc::script_budget) << statement;
    ASSERT_GE(console.lines.size(), 2u) << statement;
    EXPECT_EQ(
        console.lines[0].text,
        "RangeError: execution timeout: onPacketCaptured used up 0.1 s of processor time (scripting.limits); "
        "the script is started afresh")
        << statement;
  }
}

TEST_F(HostileScript, IsEndedWhenItUsesUpItsMemory) {
  limit.turn = std::chrono::seconds{20};
  for (const char* statement :
       {"var a = []; while (true) { try { a.push(new Array(1000).join('x') + a.length); } catch (e) {} }",
        "var s = 'x'; while (true) { try { s += s; } catch (e) { s = s + 'y'; } }",
        "var l = null; while (true) { try { l = {next: l}; } catch (e) {} }"}) {
    auto vm = run(statement);
    EXPECT_TRUE(vm->broken()) << statement;
    EXPECT_EQ(vm->broken_because(), errc::script_memory) << statement;
  }
}

TEST_F(HostileScript, OneFailedAllocationIsAnOrdinaryException) {
  auto vm = run("try { new Uint8Array(2e9); } catch (e) { console.log('caught', e.name); }");
  EXPECT_FALSE(vm->broken());
  EXPECT_EQ(console.lines[0].text.substr(0, 6), "caught");
}

TEST_F(HostileScript, EndlessRecursionIsAnOrdinaryException) {
  limit.turn = std::chrono::seconds{20};
  for (const char* statement :
       {"(function f() { f(); f(); })()", "var o = {toString: function () { return '' + o; }}; '' + o",
        "[1].forEach(function f() { [1].forEach(f); })", "eval(new Array(50001).join('('))",
        "JSON.parse(new Array(200001).join('['))", "/^(a*)*b$/.test(new Array(20001).join('a'))",
        "var o = {}; o.toJSON = function () { return JSON.stringify(o); }; JSON.stringify(o)"}) {
    auto vm = run(statement);
    EXPECT_FALSE(vm->broken()) << statement;
    EXPECT_EQ(console.lines[0].level, console_level::error) << statement;
  }
}

TEST_F(HostileScript, CannotSwallowItsEnd) {
  auto vm =
      run("var n = 0; while (true) { try { while (true) {} } catch (e) { console.log('swallowed'); } }");
  EXPECT_TRUE(vm->broken());
  for (const auto& line : console.lines)
    EXPECT_NE(line.text, "swallowed");
}

TEST_F(HostileScript, ATurnThatIsEndedCommitsNothing) {
  run("this.half = 1; while (true) {}");
  EXPECT_EQ(scope.now->values.count("half"), 0u);
}

TEST_F(HostileScript, IsEndedWhileLoading) {
  limit.load = std::chrono::milliseconds{200};
  EXPECT_EQ(load_error("while (true) {}"),
            "test.js: the script used up its time while loading (scripting.limits.load)");
}

TEST_F(HostileScript, NothingRunsInABrokenMachine) {
  auto vm = run("while (true) {}");
  EXPECT_EQ(vm->run_job("x").outcome, job_outcome::timed_out);
  const std::vector<packet_info> packets{packet(start_ns)};
  EXPECT_EQ(deliver_all(*vm, packets), packets.data());
}

TEST_F(HostileScript, PollutingPrototypesReachesNobodyElse) {
  load(
      "Object.prototype.evil = 1; Array.prototype.push = null; JSON.stringify = null; String.prototype.trim "
      "= 0;");
  load("console.log(typeof ({}).evil, [].push(1), JSON.stringify([1]), ' a '.trim());");
  EXPECT_EQ(console.lines.back().text, "undefined 1 [1] a");
}

TEST_F(HostileScript, HelpersAnswerEveryWrongArgumentWithAnException) {
  for (const char* call :
       {"jobs.schedule()", "jobs.schedule({}, {}, {})", "jobs.schedule('t', '@hourly', {}, NaN)",
        "jobs.remove()", "setTimeout()", "setInterval(1)", "utils.json2Yaml()", "utils.json2Yaml('{')",
        "utils.json2Yaml(function () {})", "jobs.schedule(function () {}, '', function () {})",
        "jobs.run(Object.create(null))"}) {
    console.lines.clear();
    load("try { " + std::string{call} +
         "; console.log('accepted'); } catch (e) { console.log(e instanceof Error); }");
    EXPECT_EQ(console.lines.back().text, "true") << call;
  }
}

} // namespace
} // namespace remora::script
