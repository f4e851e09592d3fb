#include "tests/unit/script/item_fixture.hpp"

namespace remora::script {
namespace {

class TestHelper : public item_test {
 protected:
  std::string thrown(const std::string& call) {
    return logged("(function () { try { " + call + "; } catch (e) { return String(e); } }())");
  }
};

TEST_F(TestHelper, MarksTheObjectAndGivesItBack) {
  EXPECT_EQ(logged("(function () { var d = {a: 1}; return [test.pass(d) === d, JSON.stringify(d)]; }())"),
            "true,{\"a\":1,\"passed\":true}");
  EXPECT_EQ(logged("(function () { var d = {a: 1}; return [test.fail(d) === d, JSON.stringify(d)]; }())"),
            "true,{\"a\":1,\"failed\":true}");
}

TEST_F(TestHelper, SetsOneMarkAndLeavesTheOther) {
  EXPECT_EQ(logged("test.fail(test.pass({passed: false, failed: false}))"),
            "{\"passed\":true,\"failed\":true}");
}

TEST_F(TestHelper, MarksItems) {
  const item one = sample_item();
  EXPECT_EQ(seen(one, "[data.passed, data.failed]"), "false,false");
  EXPECT_EQ(seen(one, "[data.passed, data.failed]", "test.pass(data)"), "true,false");
  EXPECT_EQ(seen(one, "[data.passed, data.failed]", "test.fail(data)"), "false,true");
  EXPECT_EQ(seen(one, "JSON.parse(JSON.stringify(test.fail(data))).failed"), "true");
  EXPECT_EQ(seen(one, "kfl.match('failed and !passed', test.fail(data))"), "true");
}

TEST_F(TestHelper, MarksOneItemAndNotTheNext) {
  auto vm = load("function onItemCaptured(data) { console.log(data.passed); test.pass(data); }");
  deliver_to_the_end(*vm, batch(sample_item(), sample_item(), sample_item()));
  EXPECT_EQ(console.texts(), (std::vector<std::string>{"false", "false", "false"}));
}

TEST_F(TestHelper, RefusesWhatIsNoObject) {
  for (const char* data : {"", "null", "undefined", "'text'", "1", "function () {}"}) {
    EXPECT_EQ(thrown(std::string{"test.pass("} + data + ")"),
              "TypeError: test.pass: argument 1 (data) must be an object")
        << data;
  }
  EXPECT_EQ(thrown("test.fail()"), "TypeError: test.fail: argument 1 (data) must be an object");
}

TEST_F(TestHelper, ThrowsForAnObjectThatCannotBeMarked) {
  EXPECT_EQ(thrown("test.pass(Object.freeze({}))").rfind("TypeError", 0), 0u);
}

} // namespace
} // namespace remora::script
