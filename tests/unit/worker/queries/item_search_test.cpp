#include "worker/queries/item_search.hpp"

#include "stored_fixture.hpp"

namespace remora::worker::test {
namespace {

using protocol::item_order;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ItemSearch : public Stored {
 protected:
  protocol::item_page ask(const protocol::item_query& what) {
    return search_items(what, tools(), [] { return true; });
  }
  void add_all(std::uint64_t last) {
    for (std::uint64_t i = 1; i <= last; ++i)
      add(i);
  }
};

TEST_F(ItemSearch, FindsTheNewestFirst) {
  add_all(3);
  const auto page = ask(question());
  EXPECT_THAT(numbers(page), ElementsAre(3, 2, 1));
  EXPECT_TRUE(page.done);
  EXPECT_EQ(page.items.front().time, at_second(3));
}

TEST_F(ItemSearch, FindsTheOldestFirstWhenAsked) {
  add_all(3);
  auto asked = question();
  asked.order = item_order::oldest_first;
  EXPECT_THAT(numbers(ask(asked)), ElementsAre(1, 2, 3));
}

TEST_F(ItemSearch, GoesOnBehindTheCursorOfThePageBefore) {
  add_all(5);
  auto asked = question();
  asked.limit = 2;
  std::vector<std::vector<int>> pages;
  for (bool done = false; !done;) {
    const auto page = ask(asked);
    pages.push_back(numbers(page));
    done = page.done;
    asked.cursor = page.cursor;
    ASSERT_LT(pages.size(), 5u);
  }
  EXPECT_THAT(pages, ElementsAre(ElementsAre(5, 4), ElementsAre(3, 2), ElementsAre(1)));
}

TEST_F(ItemSearch, LetsOnlyWhatTheFilterMatchesThrough) {
  for (int i = 1; i <= 4; ++i)
    add(static_cast<std::uint64_t>(i), {{"even", i % 2 == 0}});
  EXPECT_THAT(numbers(ask(question("even == true"))), ElementsAre(4, 2));
}

TEST_F(ItemSearch, SaysWhereAFilterIsWrong) {
  add(1);
  const auto page = ask(question("htt ??? a : p"));
  EXPECT_EQ(page.error, R"(1:5: unexpected token "?")");
  EXPECT_THAT(page.items, IsEmpty());
}

TEST_F(ItemSearch, KeepsToTheTimeItIsAskedFor) {
  add_all(5);
  auto asked = question();
  asked.from = at_second(2);
  asked.until = at_second(4);
  EXPECT_THAT(numbers(ask(asked)), ElementsAre(3, 2));
}

TEST_F(ItemSearch, GivesTheFilterTheTimeOfTheQuestion) {
  add(1, {{"timestamp", 499'000}});
  EXPECT_THAT(numbers(ask(question("timestamp > seconds(-5)"))), ElementsAre(1));
}

TEST_F(ItemSearch, EndsAPageAtItsBytesButNeverBeforeItsFirstItem) {
  for (std::uint64_t i = 1; i <= 3; ++i)
    add(i, {{"text", std::string(1'000, 'x')}});
  auto asked = question();
  asked.max_bytes = 1;
  const auto page = ask(asked);
  EXPECT_THAT(numbers(page), ElementsAre(3));
  EXPECT_FALSE(page.done);
}

TEST_F(ItemSearch, FitsIntoAMessageWhateverIsAskedFor) {
  for (std::uint64_t i = 1; i <= 12; ++i)
    add(i, {{"text", std::string(200'000, 'x')}});
  auto asked = question();
  asked.limit = 4'000'000'000;
  asked.max_bytes = 4'000'000'000;
  std::vector<int> all;
  for (bool done = false; !done;) {
    const auto page = ask(asked);
    ASSERT_TRUE(protocol::encode(page));
    for (const int each : numbers(page))
      all.push_back(each);
    done = page.done;
    asked.cursor = page.cursor;
    ASSERT_LE(all.size(), 12u);
  }
  EXPECT_THAT(all, ElementsAre(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
}

TEST_F(ItemSearch, CutsAnItemThatIsLargerThanAMessage) {
  add(1, {{"response", {{"content", {{"text", std::string(3'000'000, 'x')}}}}}});
  const auto page = ask(question());
  ASSERT_TRUE(protocol::encode(page));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(page.items[0].json)["response"]["content"]["truncated"], true);
}

TEST_F(ItemSearch, StopsWhenToldAndSaysHowFarItCame) {
  add_all(5);
  int looked_at = 0;
  auto asked = question("n == 1");
  const auto page = search_items(asked, tools(), [&] { return ++looked_at < 3; });
  EXPECT_THAT(page.items, IsEmpty());
  EXPECT_FALSE(page.done);
  asked.cursor = page.cursor;
  EXPECT_THAT(numbers(ask(asked)), ElementsAre(1));
}

TEST_F(ItemSearch, FindsAnItemByItsId) {
  add_all(3);
  auto asked = question();
  asked.item = id_of(2);
  EXPECT_THAT(numbers(ask(asked)), ElementsAre(2));
}

TEST_F(ItemSearch, DoesNotTakeTheItemOfAnotherNodeForItsOwn) {
  add_all(3);
  auto asked = question();
  asked.item = "10.0.0.2:30001/000000000002.pcap-0";
  const auto page = ask(asked);
  EXPECT_THAT(page.items, IsEmpty());
  EXPECT_TRUE(page.done);
  EXPECT_EQ(page.error, "");
}

TEST_F(ItemSearch, SendsWhatTheFilterRedacts) {
  add(1, {{"secret", "s3cret"}});
  const auto page = ask(question(R"(redact("secret"))"));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_THAT(page.items[0].json, HasSubstr("[REDACTED]"));
}

TEST_F(ItemSearch, NamesTheSettingWhenItemsAreNotStored) {
  items.reset();
  EXPECT_THAT(ask(question()).error, HasSubstr("worker.items"));
}

TEST_F(ItemSearch, BeginsToFollowBehindTheNewest) {
  add_all(3);
  auto asked = question();
  asked.order = item_order::live;
  const auto first = ask(asked);
  EXPECT_THAT(first.items, IsEmpty());
  add(4);
  asked.cursor = first.cursor;
  const auto second = ask(asked);
  EXPECT_THAT(numbers(second), ElementsAre(4));
  EXPECT_FALSE(second.done);
}

TEST_F(ItemSearch, PassesOverWhatAFollowerIsTooFarBehind) {
  auto asked = question();
  asked.order = item_order::live;
  asked.cursor = ask(asked).cursor;
  asked.far_behind = 3;
  add_all(5);
  const auto page = ask(asked);
  EXPECT_THAT(page.items, IsEmpty());
  EXPECT_EQ(page.skipped, 5u);
  asked.cursor = page.cursor;
  add(6);
  EXPECT_THAT(numbers(ask(asked)), ElementsAre(6));
}

TEST_F(ItemSearch, FollowsAStoreThatCountsAnew) {
  add_all(2);
  auto asked = question();
  asked.order = item_order::live;
  asked.cursor = 1'000'000;
  asked.cursor = ask(asked).cursor;
  add(3);
  EXPECT_THAT(numbers(ask(asked)), ElementsAre(3));
}

/// Marks every item and withholds one.
class marking final : public item_screen {
 public:
  std::vector<std::optional<std::string>> pass(std::vector<std::string> items,
                                               const std::string& query) override {
    asked_with = query;
    std::vector<std::optional<std::string>> out;
    for (const auto& each : items) {
      auto document = nlohmann::json::parse(each);
      document["passed"] = true;
      out.push_back(document["n"] == 2 ? std::nullopt : std::optional{document.dump()});
    }
    return out;
  }
  std::string asked_with;
};

class ScreenedSearch : public ItemSearch {
 protected:
  protocol::item_page ask(const protocol::item_query& what) {
    auto with = tools();
    with.screen = &screen;
    return search_items(what, with, [] { return true; });
  }
  marking screen;
};

TEST_F(ScreenedSearch, SendsWhatScriptsMakeOfAnItem) {
  add(1);
  const auto page = ask(question("n > 0"));
  EXPECT_THAT(page.items[0].json, HasSubstr(R"("passed":true)"));
  EXPECT_EQ(screen.asked_with, "n > 0");
}

TEST_F(ScreenedSearch, WithholdsWhatScriptsWithhold) {
  add_all(3);
  EXPECT_THAT(numbers(ask(question())), ElementsAre(3, 1));
}

TEST_F(ScreenedSearch, RedactsWhatScriptsMadeOfAnItem) {
  add(1, {{"secret", "s3cret"}});
  const auto page = ask(question(R"(redact("secret"))"));
  EXPECT_THAT(page.items[0].json, HasSubstr("[REDACTED]"));
  EXPECT_THAT(page.items[0].json, HasSubstr(R"("passed":true)"));
}

TEST_F(ScreenedSearch, ScreensAnItemThatIsAskedForByItsId) {
  add_all(3);
  auto asked = question();
  asked.item = id_of(2);
  EXPECT_THAT(ask(asked).items, IsEmpty());
}

} // namespace
} // namespace remora::worker::test
