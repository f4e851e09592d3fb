#include "worker/queries/item_queries.hpp"

#include <future>

#include "stored_fixture.hpp"

namespace remora::worker::test {
namespace {

using protocol::item_order;
using protocol::item_page;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Holds the thread of the queries up until a test lets go.
class gate final : public item_screen {
 public:
  std::vector<std::optional<std::string>> pass(std::vector<std::string> items, const std::string&) override {
    entered.set_value();
    open.get_future().wait();
    return std::vector<std::optional<std::string>>(items.begin(), items.end());
  }
  std::promise<void> entered;
  std::promise<void> open;
};

class ItemQueries : public Stored {
 protected:
  void begin(query_limits limits = {}, item_screen* by = nullptr) {
    auto with = tools();
    if (by != nullptr) with.screen = by;
    queries = std::make_unique<item_queries>(with, limits, said.taker());
  }
  protocol::item_query numbered(std::uint64_t id, std::string query = {}) const {
    auto out = question(std::move(query));
    out.id = id;
    return out;
  }
  protocol::item_query following(std::uint64_t id, std::optional<std::uint64_t> cursor) const {
    auto out = numbered(id);
    out.order = item_order::live;
    out.cursor = cursor;
    return out;
  }

  answers said;
  std::unique_ptr<item_queries> queries;
};

TEST_F(ItemQueries, AnswersEachQuestionUnderItsNumber) {
  add(1);
  begin();
  queries->ask(numbered(7));
  queries->ask(numbered(8, "n == 2"));
  const auto first = said.next<item_page>();
  EXPECT_EQ(first.id, 7u);
  EXPECT_THAT(numbers(first), ElementsAre(1));
  const auto second = said.next<item_page>();
  EXPECT_EQ(second.id, 8u);
  EXPECT_THAT(numbers(second), IsEmpty());
}

TEST_F(ItemQueries, GivesOthersTheirTurnWhenItsTimeIsUp) {
  for (std::uint64_t i = 1; i <= 3; ++i)
    add(i);
  query_limits limits;
  limits.slice = milliseconds{0};
  begin(limits);
  queries->ask(numbered(7));
  const auto page = said.next<item_page>();
  EXPECT_FALSE(page.done);
  EXPECT_TRUE(page.cursor);
}

TEST_F(ItemQueries, RefusesAQuestionTooMany) {
  add(1);
  gate held;
  query_limits limits;
  limits.questions = 1;
  begin(limits, &held);
  queries->ask(numbered(7));
  held.entered.get_future().wait(); // 7 is being answered, 8 waits
  queries->ask(numbered(8));
  queries->ask(numbered(9));
  const auto refused = said.next<item_page>();
  EXPECT_EQ(refused.id, 9u);
  EXPECT_THAT(refused.error, HasSubstr("busy"));
  queries->cancel(8); // the gate opens once
  held.open.set_value();
  EXPECT_EQ(said.next<item_page>().id, 7u);
}

TEST_F(ItemQueries, SaysNothingToACancelledQuestion) {
  add(1);
  gate held;
  begin({}, &held);
  queries->ask(numbered(7));
  held.entered.get_future().wait();
  queries->ask(numbered(8, "n == 2")); // finds nothing, but is answered
  queries->cancel(7);
  held.open.set_value();
  EXPECT_EQ(said.next<item_page>().id, 8u);
}

TEST_F(ItemQueries, ForgetsEverythingWithTheHub) {
  add(1);
  gate held;
  begin({}, &held);
  queries->ask(numbered(7));
  held.entered.get_future().wait();
  queries->ask(numbered(8));
  queries->cancel_all();
  held.open.set_value();
  queries->stop();
  EXPECT_TRUE(said.is_empty());
}

TEST_F(ItemQueries, KeepsAFollowerWaitingUntilThereIsSomethingNew) {
  begin();
  queries->ask(following(7, {}));
  const auto start = said.next<item_page>();
  queries->ask(following(8, start.cursor));
  add(1);
  const auto news = said.next<item_page>();
  EXPECT_EQ(news.id, 8u);
  EXPECT_THAT(numbers(news), ElementsAre(1));
}

TEST_F(ItemQueries, AnswersAFollowerWithNothingAfterAWhile) {
  query_limits limits;
  limits.live_wait = milliseconds{1};
  limits.live_pause = milliseconds{1};
  begin(limits);
  queries->ask(following(7, 0));
  const auto page = said.next<item_page>();
  EXPECT_EQ(page.id, 7u);
  EXPECT_THAT(page.items, IsEmpty());
  EXPECT_FALSE(page.done);
}

TEST_F(ItemQueries, GoesOnBehindWhatAFollowersFilterDoesNotMatch) {
  query_limits limits;
  limits.live_pause = milliseconds{1};
  begin(limits);
  auto asked = following(7, 0);
  asked.query = "n == 3";
  queries->ask(asked);
  for (std::uint64_t i = 1; i <= 3; ++i)
    add(i);
  EXPECT_THAT(numbers(said.next<item_page>()), ElementsAre(3));
}

TEST_F(ItemQueries, OutlivesAScreenThatThrows) {
  class throwing final : public item_screen {
    std::vector<std::optional<std::string>> pass(std::vector<std::string>, const std::string&) override {
      throw std::runtime_error{"no"};
    }
  } failing;
  add(1);
  begin({}, &failing);
  queries->ask(numbered(7));
  EXPECT_THAT(said.next<item_page>().error, HasSubstr("no"));
  queries->ask(numbered(8));
  EXPECT_EQ(said.next<item_page>().id, 8u);
}

} // namespace
} // namespace remora::worker::test
