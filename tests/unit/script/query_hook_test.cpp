#include <nlohmann/json.hpp>

#include "tests/unit/script/script_fixture.hpp"

namespace remora::script {
namespace {

using nlohmann::json;

class QueryHook : public script_test {
 protected:
  static constexpr const char* item = R"({"id":"a-1","request":{"path":"/x","headers":{"cookie":"s"}}})";

  /// What the hook with this body makes of the item.
  screened_item screen(const std::string& body) {
    vm = load("function onItemQueried(data, filter) {" + body + "}");
    return vm->screen(item, "http and true");
  }

  std::unique_ptr<script_vm> vm;
};

TEST_F(QueryHook, SendsWhatItReturnsInPlaceOfTheItem) {
  const auto out = screen("data.request.headers.cookie = '***'; return data;");
  ASSERT_TRUE(out.changed);
  EXPECT_EQ(json::parse(*out.changed)["request"]["headers"]["cookie"], "***");
  EXPECT_FALSE(out.failed);
}

TEST_F(QueryHook, LeavesTheItemAsItIsWhenItReturnsNoObject) {
  for (const char* returned : {"", "return;", "return null;", "return 7;", "return 'x';", "return [data];",
                               "return onItemQueried;", "data.request.path = '/y';"}) {
    const auto out = screen(returned);
    EXPECT_FALSE(out.changed) << returned;
    EXPECT_FALSE(out.failed) << returned;
  }
}

TEST_F(QueryHook, MarksItemsWithTestPassAndTestFail) {
  EXPECT_EQ(json::parse(*screen("return test.pass(data);").changed)["passed"], true);
  EXPECT_EQ(json::parse(*screen("return test.fail(data);").changed)["failed"], true);
}

TEST_F(QueryHook, GetsTheTextOfTheQuery) {
  screen("console.log(filter);");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"http and true"});
}

TEST_F(QueryHook, FailsWhenItThrows) {
  const auto out = screen("data.request.path = '/y'; nothing.here;");
  EXPECT_TRUE(out.failed);
  EXPECT_FALSE(out.changed);
  ASSERT_EQ(console.lines.size(), 1u);
  EXPECT_NE(console.lines[0].text.find("onItemQueried"), std::string::npos);
  EXPECT_EQ(vm->counters().hooks[static_cast<std::size_t>(hook::item_queried)].errors, 1u);
}

TEST_F(QueryHook, FailsWhenWhatItReturnsIsNoJson) {
  const auto out = screen("data.self = data; return data;");
  EXPECT_TRUE(out.failed);
  EXPECT_FALSE(out.changed);
}

TEST_F(QueryHook, FailsWhenItIsEnded) {
  limit.turn = std::chrono::milliseconds{50};
  EXPECT_TRUE(screen("for (;;) {}").failed);
  EXPECT_TRUE(vm->broken());
}

TEST_F(QueryHook, IsNotCalledWhenThereIsNone) {
  const auto out = load("var x;")->screen(item, "");
  EXPECT_FALSE(out.changed);
  EXPECT_FALSE(out.failed);
}

} // namespace
} // namespace remora::script
