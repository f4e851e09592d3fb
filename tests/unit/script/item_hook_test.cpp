#include "tests/unit/script/item_fixture.hpp"

namespace remora::script {
namespace {

class ItemHook : public item_test {};

TEST_F(ItemHook, IsWantedByScriptsThatHaveIt) {
  EXPECT_TRUE(load("function onItemCaptured(data) {}")->wants_items());
  EXPECT_FALSE(load("function onPacketCaptured(info) {}")->wants_items());
}

TEST_F(ItemHook, GetsEveryItemInOrder) {
  auto vm = load(
      "var seen = []; function onItemCaptured(data) { seen.push(data.response.status); }"
      "jobs.schedule('show', '@hourly', function () { console.log(seen.join()); });");
  const item_batch items =
      batch(sample_item({}, {"/", 1}), sample_item({}, {"/", 2}), sample_item({}, {"/", 3}));
  EXPECT_EQ(deliver_all(*vm, items), items.data() + 3);
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"1,2,3"});
}

TEST_F(ItemHook, CountsItsCallsErrorsAndTime) {
  auto vm = load("function onItemCaptured(data) { if (data.response.status === 2) data.requesr.path; }");
  const item_batch items =
      batch(sample_item({}, {"/", 1}), sample_item({}, {"/", 2}), sample_item({}, {"/", 3}));
  EXPECT_EQ(deliver_all(*vm, items), items.data() + 3);
  const hook_counters& count = vm->counters().hooks[static_cast<std::size_t>(hook::item_captured)];
  EXPECT_EQ(count.calls, 3u);
  EXPECT_EQ(count.errors, 1u);
  EXPECT_GT(count.time.count(), 0);
  EXPECT_EQ(vm->counters().hook_calls, 3u);
  ASSERT_EQ(console.lines.size(), 1u);
  EXPECT_EQ(console.lines[0].text,
            "TypeError: cannot read property 'path' of undefined (test.js:1, onItemCaptured)");
}

TEST_F(ItemHook, ThisIsTheScopeThatItSharesWithThePacketHook) {
  auto vm = load(
      "'use strict'; this.count = 0; function onPacketCaptured() { this.count++; }"
      "function onItemCaptured() { console.log(this.count); }");
  script_test::deliver_all(*vm, {packet(start_ns), packet(start_ns)});
  deliver_all(*vm, batch(sample_item()));
  EXPECT_EQ(console.texts(), std::vector<std::string>{"2"});
}

TEST_F(ItemHook, StopsBeforeAnItemThatWasCompleteAtTheLimitOrLater) {
  auto vm = load("function onItemCaptured() {}");
  const item_batch items = batch(sample_item(), sample_item());
  const std::int64_t complete = to_unix_ns(items[0].time) + 12'500'000;
  vm->set_limit_ns(complete);
  EXPECT_EQ(deliver_all(*vm, items), items.data());
  vm->set_limit_ns(complete + 1);
  EXPECT_EQ(deliver_all(*vm, items), items.data() + 2);
}

TEST_F(ItemHook, StopsForATimerThatIsDueBeforeTheItem) {
  auto vm = load("setTimeout(function () {}, 100); function onItemCaptured() {}");
  const item_batch items = batch(sample_item());
  EXPECT_EQ(deliver_all(*vm, items), items.data());
}

TEST_F(ItemHook, TheClockFollowsTheItems) {
  auto vm = load("function onItemCaptured() { console.log(Date.now()); }");
  deliver_all(*vm, batch(sample_item()));
  EXPECT_EQ(console.texts(), std::vector<std::string>{"1700000000262"});
}

TEST_F(ItemHook, IsEndedWhenItUsesUpItsTime) {
  limit.turn = std::chrono::milliseconds{20};
  auto vm = load("function onItemCaptured(data) { while (true) data.response.status; }");
  const item_batch items = batch(sample_item(), sample_item());
  EXPECT_EQ(deliver_all(*vm, items), items.data() + 1);
  EXPECT_TRUE(vm->broken());
  EXPECT_EQ(vm->broken_because(), errc::script_budget);
}

TEST_F(ItemHook, IsEndedInsideAMemberThatTakesTooLong) {
  limit.turn = std::chrono::milliseconds{20};
  sample_message request;
  request.lines.assign(2'000'000, "x");
  limit.memory_bytes = std::size_t{1} << 30;
  auto vm = load("function onItemCaptured(data) { try { data.request.lines; } catch (e) {} while (true); }");
  const item one = sample_item(request);
  const nanoseconds before = thread_cpu_time();
  vm->deliver(&one, &one + 1);
  EXPECT_TRUE(vm->broken());
  EXPECT_LT(thread_cpu_time() - before, std::chrono::seconds{2});
}

TEST_F(ItemHook, AMemberTooLargeForTheHeapIsAnExceptionLikeAnyOther) {
  limit.memory_bytes = 1u << 20;
  sample_message request;
  request.body.assign(2u << 20, 'x');
  auto vm = load(
      "function onItemCaptured(data) {"
      "try { data.request.content.text; } catch (e) { console.log(e.name, data.request.path); } }");
  const item one = sample_item(request);
  vm->deliver(&one, &one + 1);
  EXPECT_FALSE(vm->broken());
  EXPECT_EQ(console.texts(), std::vector<std::string>{"Error /cart/items"});
}

TEST_F(ItemHook, ABodyOfAMebibyteFits) {
  sample_message request;
  request.body.assign(1u << 20, 'x');
  auto vm = load(
      "function onItemCaptured(data) {"
      "console.log(data.request.content.text.length, data.request.content.encoded.length); }");
  const item one = sample_item(request);
  vm->deliver(&one, &one + 1);
  EXPECT_EQ(console.texts(), std::vector<std::string>{"1048576 1398104"});
}

TEST_F(ItemHook, WhatDoesNotFitOfAKeptItemIsUndefined) {
  limit.memory_bytes = 2u << 20;
  auto vm = load(
      "var kept; function onItemCaptured(data) { kept = data; }"
      "jobs.schedule('show', '@hourly', function () { console.log(kept.seq, kept.request.content.text); });");
  {
    sample_message request;
    request.body.assign(4u << 20, 'x');
    const item_batch items = batch(sample_item(request));
    deliver_all(*vm, items);
  }
  ASSERT_FALSE(vm->broken());
  console.lines.clear();
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"7 undefined"});
}

TEST_F(ItemHook, IsEndedWhenItKeepsMoreThanItsMemory) {
  limit.memory_bytes = 4u << 20;
  auto vm = load("var kept = []; function onItemCaptured(data) { kept.push(data); }");
  const item one = sample_item();
  for (int i = 0; i < 10'000 && !vm->broken(); ++i)
    vm->deliver(&one, &one + 1);
  EXPECT_TRUE(vm->broken());
  EXPECT_EQ(vm->broken_because(), errc::script_memory);
}

TEST_F(ItemHook, ManyKindsOfOneShapeAreTheSameToAScript) {
  auto vm = load(
      "var sum = 0; function onItemCaptured(data) { sum += data.request.attempt || 0; }"
      "jobs.schedule('show', '@hourly', function () { console.log(sum); });");
  for (int i = 0; i < 100; ++i) {
    sample_message request;
    if (i % 2 == 0) request.attempt = 1;
    if (i % 5 == 0) request.trace = "t";
    deliver_all(*vm, batch(sample_item(request)));
  }
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"50"});
}

} // namespace
} // namespace remora::script
