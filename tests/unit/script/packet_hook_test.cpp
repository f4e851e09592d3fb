#include <random>

#include "tests/support/composed_script.hpp"
#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

class PacketHook : public script_test {};

TEST_F(PacketHook, CountsEveryPacket) {
  auto vm = load(
      "var packetCount = 0, totalKB = 0;"
      "function onPacketCaptured(info) { packetCount++; totalKB += info.length / 1000; }"
      "jobs.schedule('show', '@hourly', function () { console.log(packetCount, totalKB); });");
  const std::vector<packet_info> packets(1000, packet(start_ns, 250));
  EXPECT_EQ(deliver_all(*vm, packets), packets.data() + packets.size());
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"1000 250"});
  EXPECT_EQ(vm->counters().hook_calls, 1000u);
}

TEST_F(PacketHook, GivesTheDocumentedMembersInOrder) {
  auto vm = load("function onPacketCaptured(info) { console.log(JSON.stringify(info)); }");
  deliver_all(*vm, {packet(1'700'000'000'123'456'789, 74, 74), packet(start_ns, 1500, 96, true)});
  EXPECT_EQ(
      console.texts(),
      (std::vector<std::string>{
          R"({"timestamp":"2023-11-14T22:13:20.123456789Z","captureLength":74,"length":74,"truncated":false,"fragmented":false})",
          R"({"timestamp":"2023-11-14T22:13:20.000000000Z","captureLength":96,"length":1500,"truncated":true,"fragmented":true})"}));
}

TEST_F(PacketHook, EveryMemberIsRightWhenOnlySomeAreRead) {
  const std::vector<std::pair<std::string, std::string>> reads{
      {"info.timestamp", "2023-11-14T22:13:20.000000000Z"},
      {"info.captureLength", "96"},
      {"info.length", "1500"},
      {"info.truncated", "true"},
      {"info.fragmented", "true"},
      {"info.nothing", "undefined"},
      {"info.Timestamp", "2023-11-14T22:13:20.000000000Z"},
      {"info.Length", "1500"},
      {"info['length']", "1500"}};
  for (const auto& [expression, expected] : reads) {
    console.lines.clear();
    auto vm = load("function onPacketCaptured(info) { console.log(" + expression + "); }");
    deliver_all(*vm, {packet(start_ns, 7, 7), packet(start_ns, 1500, 96, true)});
    EXPECT_EQ(console.texts().back(), expected) << expression;
  }
}

TEST_F(PacketHook, ObjectsThatAScriptKeepsStayAsTheyWere) {
  for (const char* keep :
       {"kept.push(info);", "kept[kept.length] = info;", "(function (x) { kept.push(x); })(info);",
        "var f = function () { return info; }; kept.push(f());", "kept.push(arguments[0]);",
        "eval('kept.push(info)');", "var other = info; kept.push(other);"}) {
    console.lines.clear();
    auto vm = load("var kept = []; function onPacketCaptured(info) {" + std::string{keep} +
                   "}\njobs.schedule('show', '@hourly', function () {"
                   "console.log(kept.map(function (i) { return i.length; }).join()); });");
    deliver_all(*vm, {packet(start_ns, 1), packet(start_ns, 2), packet(start_ns, 3)});
    vm->run_job("show");
    EXPECT_EQ(console.texts(), std::vector<std::string>{"1,2,3"}) << keep;
  }
}

TEST_F(PacketHook, AnObjectThatAGetterOfEveryObjectKeepsStaysAsItWas) {
  auto vm = load(
      "var kept = [];"
      "Object.defineProperty(Object.prototype, 'port', {get: function () { kept.push(this); return 1; }});"
      "function onPacketCaptured(info) { info.port; }"
      "jobs.schedule('show', '@hourly', function () { console.log(kept[0].length, kept[1].length); });");
  deliver_all(*vm, {packet(start_ns, 1), packet(start_ns, 2)});
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"1 2"});
}

TEST_F(PacketHook, DoesTheSameInScriptsThatTheAnalysisTrustsAsInOthers) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 dice{seed};
    std::vector<std::uint8_t> bytes(20 + dice() % 100);
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(dice());
    const std::string code = composed_script(bytes.data(), bytes.size());
    const observed_run trusted = observe(code);
    const observed_run distrusted = observe_distrusted(code);
    EXPECT_TRUE(trusted.loaded && alike(trusted, distrusted))
        << "seed " << seed << ", which makes\n"
        << code << "\nprints\n"
        << testing::PrintToString(trusted.lines) << "\nand distrusted\n"
        << testing::PrintToString(distrusted.lines);
  }
}

TEST_F(PacketHook, ReadsInsideALaterFunctionSeeTheirOwnPacket) {
  auto vm =
      load("function onPacketCaptured(info) { setTimeout(function () { console.log(info.length); }, 1); }");
  deliver_all(*vm, {packet(start_ns, 11), packet(start_ns, 22)});
  clock.advance_to(start_ns + 1'000'000'000);
  while (vm->run_due_timer()) {
  }
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"11", "22"}));
}

TEST_F(PacketHook, ChangesToTheObjectDoNotReachTheNextCall) {
  for (const char* change :
       {"info.length = 'x';", "delete info.length;", "info.extra = 1;", "Object.freeze(info);",
        "Object.defineProperty(info, 'length', {get: function () { return -1; }});",
        "Object.setPrototypeOf(info, null);", "info.Length = 5;"}) {
    console.lines.clear();
    auto vm = load("function onPacketCaptured(info) { console.log(JSON.stringify(info)); " +
                   std::string{change} + "}");
    deliver_all(*vm, {packet(start_ns, 1, 1), packet(start_ns, 1, 1)});
    ASSERT_EQ(console.lines.size(), 2u) << change;
    EXPECT_EQ(console.lines[0].text, console.lines[1].text) << change;
  }
}

TEST_F(PacketHook, AnAliasIsWritableAndNotEnumerable) {
  auto vm = load(
      "function onPacketCaptured(info) { info.Length = 5; var names = [];"
      "for (var k in info) names.push(k); console.log(info.length, names.join()); }");
  deliver_all(*vm, {packet(start_ns, 1, 1)});
  EXPECT_EQ(console.texts(),
            std::vector<std::string>{"5 timestamp,captureLength,length,truncated,fragmented"});
}

TEST_F(PacketHook, AnExceptionIsAnErrorLineAndTheNextPacketFollows) {
  auto vm =
      load("var n = 0;\nfunction onPacketCaptured(info) {\n  if (++n === 2) null.x;\n  console.log(n); }");
  const std::vector<packet_info> packets(3, packet(start_ns));
  EXPECT_EQ(deliver_all(*vm, packets), packets.data() + 3);
  ASSERT_EQ(console.lines.size(), 3u);
  EXPECT_EQ(console.lines[0].text, "1");
  EXPECT_EQ(console.lines[1].level, console_level::error);
  EXPECT_EQ(console.lines[1].text,
            "TypeError: cannot read property 'x' of null (test.js:3, onPacketCaptured)");
  EXPECT_EQ(console.lines[2].text, "3");
  EXPECT_EQ(vm->counters().errors, 1u);
}

TEST_F(PacketHook, IsCountedAndTimedApartFromOtherHooks) {
  auto vm = load(
      "function onPacketCaptured(info) { if (info.length === 2) throw 'no'; } function onJobPassed() {}");
  deliver_all(*vm, {packet(start_ns, 1), packet(start_ns, 2), packet(start_ns, 3)});
  vm->call_job_passed("tag", "@hourly", 0);
  const auto& packets = vm->counters().hooks[static_cast<std::size_t>(hook::packet_captured)];
  EXPECT_EQ(packets.calls, 3u);
  EXPECT_EQ(packets.errors, 1u);
  EXPECT_GT(packets.time.count(), 0);
  const auto& passed = vm->counters().hooks[static_cast<std::size_t>(hook::job_passed)];
  EXPECT_EQ(passed.calls, 1u);
  EXPECT_EQ(passed.errors, 0u);
  EXPECT_EQ(vm->counters().hook_calls, 4u);
}

TEST_F(PacketHook, RepeatedErrorsAreCountedInsteadOfPrinted) {
  auto vm = load("function onPacketCaptured() { throw 'same'; }");
  deliver_all(*vm, std::vector<packet_info>(100, packet(start_ns)));
  vm->finish();
  ASSERT_EQ(console.lines.size(), 11u);
  EXPECT_EQ(console.lines[10].text, "same (onPacketCaptured) (90 times more)");
  EXPECT_EQ(vm->counters().errors, 100u);
}

TEST_F(PacketHook, StopsBeforeAPacketOfTheLimitOrLater) {
  auto vm = load("function onPacketCaptured() {}");
  const std::vector<packet_info> packets{packet(start_ns), packet(start_ns + 5), packet(start_ns + 10)};
  vm->set_limit_ns(start_ns + 5);
  EXPECT_EQ(deliver_all(*vm, packets), &packets[1]);
}

TEST_F(PacketHook, StopsForATimerThatTheHookItselfSet) {
  auto vm = load("function onPacketCaptured() { setTimeout(function () {}, 1); }");
  const std::vector<packet_info> packets{packet(start_ns), packet(start_ns + 500'000),
                                         packet(start_ns + 1'000'000)};
  EXPECT_EQ(deliver_all(*vm, packets), &packets[2]);
}

TEST_F(PacketHook, TheClockFollowsThePacketsAndNeverGoesBack) {
  auto vm = load("function onPacketCaptured() { console.log(Date.now()); }");
  deliver_all(*vm, {packet(start_ns + 2'000'000), packet(start_ns + 1'000'000)});
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"1700000000002", "1700000000002"}));
}

TEST_F(PacketHook, ThisIsTheGlobalScopeAlsoInStrictScripts) {
  auto vm = load("'use strict'; this.kept = 4; function onPacketCaptured() { console.log(this.kept); }");
  deliver_all(*vm, {packet(start_ns)});
  EXPECT_EQ(console.texts(), std::vector<std::string>{"4"});
}

} // namespace
} // namespace remora::script
