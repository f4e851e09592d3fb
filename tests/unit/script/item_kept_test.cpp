#include "protocol/item/json_writer.hpp"
#include "tests/unit/script/item_fixture.hpp"

// What scripts keep of items, and what they change.
namespace remora::script {
namespace {

class ItemKept : public item_test {
 protected:
  /// Hands over three items with the statuses 1, 2 and 3, which are gone then, and returns what `show`
  /// prints.
  std::vector<std::string> after_three(const std::string& code, const std::string& show) {
    console.lines.clear();
    auto vm = load(code + "\njobs.schedule('show', '@hourly', function () {" + show + "});");
    for (std::int64_t status = 1; status <= 3; ++status) {
      const item_batch items = batch(sample_item({"/p" + std::to_string(status)}, {"/r", status}));
      deliver_all(*vm, items);
    }
    vm->run_job("show");
    return console.texts();
  }
};

TEST_F(ItemKept, StaysReadableWhenItsBatchIsGone) {
  for (const char* keep :
       {"kept.push(data);", "kept[kept.length] = data;", "(function (x) { kept.push(x); })(data);",
        "var f = function () { return data; }; kept.push(f());", "kept.push(arguments[0]);",
        "eval('kept.push(data)');", "kept.push({__proto__: data, response: data.response});",
        "data.response.status; kept.push(data);", "data.mine = data; kept.push(data.mine);",
        "Object.freeze(data); kept.push(data);", "Object.freeze(data.response); kept.push(data);",
        "delete data.src; kept.push(data);"}) {
    EXPECT_EQ(after_three("var kept = []; function onItemCaptured(data) {" + std::string{keep} + '}',
                          "console.log(kept.map(function (d) { return d.response.status; }).join());"),
              std::vector<std::string>{"1,2,3"})
        << keep;
  }
}

TEST_F(ItemKept, InAClosureOrATimerStaysReadable) {
  auto vm = load(
      "function onItemCaptured(data) {"
      "setTimeout(function () { console.log(data.request.path, data.response.status); }, 5); }");
  {
    const item_batch items = batch(sample_item({"/p"}, {"/r", 9}));
    deliver_all(*vm, items);
  }
  clock.advance_to(start_ns + 10'000'000'000);
  EXPECT_TRUE(vm->run_due_timer());
  EXPECT_EQ(console.texts(), std::vector<std::string>{"/p 9"});
}

TEST_F(ItemKept, APartStaysReadableWithoutItsItem) {
  for (const char* keep : {"kept.push(data.response);", "var r = data.response; kept.push(r);",
                           "kept.push(data.response); data.response = null;",
                           "kept.push(data.response); delete data.response;"}) {
    EXPECT_EQ(after_three("var kept = []; function onItemCaptured(data) {" + std::string{keep} + '}',
                          "console.log(kept.map(function (r) { return r.status; }).join());"),
              std::vector<std::string>{"1,2,3"})
        << keep;
  }
}

TEST_F(ItemKept, APartOfAPartStaysReadable) {
  EXPECT_EQ(after_three("var kept = []; function onItemCaptured(data) { kept.push(data.request.content); }",
                        "console.log(kept.map(function (c) { return c.text + c.size; }).join());"),
            std::vector<std::string>{"hello5,hello5,hello5"});
}

TEST_F(ItemKept, IsCompleteInEveryPart) {
  const item one = sample_item({"/p"}, {"/r", 3});
  auto vm = load(
      "var kept; function onItemCaptured(data) { kept = data; }"
      "jobs.schedule('show', '@hourly', function () { console.log(JSON.stringify(kept)); });");
  {
    const item_batch items = batch(sample_item({"/p"}, {"/r", 3}));
    deliver_all(*vm, items);
  }
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{to_json(members_of(one))});
}

TEST_F(ItemKept, IsAnObjectOfItsOwnForEachItem) {
  EXPECT_EQ(
      after_three("var kept = []; function onItemCaptured(data) { kept.push(data, data.src, data.dst); }",
                  "var all = kept.every(function (a, i) { return kept.indexOf(a) === i; });"
                  "console.log(all, kept.length);"),
      std::vector<std::string>{"true 9"});
}

TEST_F(ItemKept, OfAnEarlierItemDoesNotChangeWithALaterOne) {
  EXPECT_EQ(after_three("var first; function onItemCaptured(data) { if (!first) first = data.response; }",
                        "console.log(first.status);"),
            std::vector<std::string>{"1"});
}

TEST_F(ItemKept, ChangesAreNotSeenInTheNextItem) {
  const std::vector<std::string> changes{
      "data.response.status = 50",
      "data.response.mine = 1",
      "delete data.response.status",
      "data.response = null",
      "Object.freeze(data.response)",
      "Object.defineProperty(data.response, 'status', {get: function () { return 8; }, configurable: true})",
      "Object.defineProperty(data.response, 'status', {enumerable: false})",
      "Object.setPrototypeOf(data.response, {status: 4})",
      "Object.preventExtensions(data.response)",
      "data.response.self = data.response",
      "data.response.headers.host = 'changed'",
      "data.response.status = {}; data.response.path = []",
      "data.src.peer = data.dst; data.dst.peer = data.src",
      "delete data.response; data.response = {}",
      "for (var k in data.response) delete data.response[k]"};
  const std::string look =
      "log.push([data.response.status, Object.keys(data.response).length, data.response.headers.host,"
      "Object.isFrozen(data.response), Object.isExtensible(data.response), data.Response.Status,"
      "Object.keys(data.src).length, data.src.peer, data.mine].join());";
  for (const std::string& change : changes) {
    EXPECT_EQ(
        after_three("var log = []; function onItemCaptured(data) {" + look + change + "; }",
                    "console.log(log.join('; '));"),
        std::vector<std::string>{"1,10,shop.example,false,true,1,21,,; 2,10,shop.example,false,true,2,21,,; "
                                 "3,10,shop.example,false,true,3,21,,"})
        << change;
  }
}

TEST_F(ItemKept, ChangesStayWithWhatWasKept) {
  EXPECT_EQ(
      after_three("var kept = []; function onItemCaptured(data) { data.response.status *= 10;"
                  "data.mine = kept.length; delete data.request; kept.push(data); }",
                  "console.log(kept.map(function (d) {"
                  "return [d.response.status, d.mine, d.request, 'request' in d].join(); }).join(';'));"),
      std::vector<std::string>{"10,0,,false;20,1,,false;30,2,,false"});
}

TEST_F(ItemKept, ScriptsDoNotSeeEachOthersChanges) {
  auto first =
      load("function onItemCaptured(data) { data.response.status = 0; data.request.headers.host = ''; }");
  auto second =
      load("function onItemCaptured(data) { console.log(data.response.status, data.request.headers.host); }");
  const item_batch items = batch(sample_item());
  deliver_all(*first, items);
  deliver_all(*second, items);
  EXPECT_EQ(console.texts(), std::vector<std::string>{"200 shop.example"});
}

TEST_F(ItemKept, StaysReadableWhenTheHookThrewInBetween) {
  EXPECT_EQ(after_three("var kept = []; function onItemCaptured(data) {"
                        "kept.push(data); if (data.response.status === 2) throw 'two'; }",
                        "console.log(kept.map(function (d) { return d.request.path; }).join());"),
            (std::vector<std::string>{"two (onItemCaptured)", "/p1,/p2,/p3"}));
}

TEST_F(ItemKept, StaysReadableWhenItIsTheExceptionItself) {
  const auto printed =
      after_three("var kept = []; function onItemCaptured(data) { kept.push(data); throw data; }",
                  "console.log(kept.map(function (d) { return d.response.status; }).join());");
  ASSERT_EQ(printed.size(), 4u);
  EXPECT_EQ(printed[0].rfind(R"({"id":"10.1.0.7:30001/000000000042.pcap-3")", 0), 0u);
  EXPECT_EQ(printed[3], "1,2,3");
}

TEST_F(ItemKept, InTheSharedScopeIsACopyForAll) {
  auto vm = load("function onItemCaptured(data) { this.last = data.response; }");
  {
    const item_batch items = batch(sample_item({}, {"/r", 7}));
    deliver_all(*vm, items);
  }
  auto other = load("console.log(this.last.status);");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"7"});
}

TEST_F(ItemKept, TakesNoMemoryOnceItIsForgotten) {
  auto vm = load("var last; function onItemCaptured(data) { last = data; }");
  const item one = sample_item();
  const auto pass = [&](int times) {
    for (int i = 0; i < times; ++i)
      vm->deliver(&one, &one + 1);
    return vm->heap_bytes();
  };
  const std::size_t before = pass(2'000);
  EXPECT_LT(pass(20'000), before + (256u << 10));
}

TEST_F(ItemKept, NothingGrowsOverAHundredThousandItems) {
  auto vm = load(
      "var n = 0; function onItemCaptured(data) {"
      "n += data.response.status + data.src.ip.length + Object.keys(data.request.headers).length; }");
  item_batch items;
  for (int i = 0; i < 1'000; ++i) {
    sample_message request;
    if (i % 2 == 0) request.attempt = i;
    if (i % 3 == 0) request.trace = "t";
    items.push_back(sample_item(request));
  }
  deliver_to_the_end(*vm, items);
  const std::size_t before = vm->heap_bytes();
  for (int i = 0; i < 100; ++i)
    deliver_to_the_end(*vm, items);
  EXPECT_LT(vm->heap_bytes(), before + (64u << 10));
  EXPECT_EQ(vm->counters().hook_calls, 101'000u);
  EXPECT_EQ(vm->counters().errors, 0u);
}

} // namespace
} // namespace remora::script
