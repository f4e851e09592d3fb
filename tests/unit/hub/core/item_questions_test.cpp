#include "question_fixture.hpp"

namespace remora::hub::test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Questions, AreAnsweredWithTheItemsOfAllNodesNewestFirst) {
  start_node("n1", {1, 3, 5});
  start_node("n2", {2, 4});
  begin();
  EXPECT_THAT(found(), ElementsAre("n1@5", "n2@4", "n1@3", "n2@2", "n1@1"));
  EXPECT_EQ((*answer)->next, "");
  EXPECT_THAT(missing(), IsEmpty());
}

TEST_F(Questions, AreAnsweredWithNothingWhenThereIsNothing) {
  start_node("n1");
  begin();
  EXPECT_THAT(found(), IsEmpty());
  begin({"http", {}, {}, 10, {}, {}});
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Questions, AreAnsweredWithoutAnyNode) {
  begin();
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Questions, CarryFilterAndTimesToTheNodes) {
  auto& n1 = start_node("n1");
  begin({"http", at_second(1), at_second(9), 10, {}, {}});
  ASSERT_THAT(n1.asked_with, SizeIs(1));
  EXPECT_EQ(n1.asked_with[0].query, "http");
  EXPECT_EQ(n1.asked_with[0].from, at_second(1));
  EXPECT_EQ(n1.asked_with[0].until, at_second(9));
  EXPECT_EQ(n1.asked_with[0].now, wall);
}

TEST_F(Questions, EndAtTheirLimitAndGoOnWithTheCursor) {
  start_node("n1", {1, 3, 5});
  start_node("n2", {2, 4});
  begin(limited(2));
  EXPECT_THAT(found(), ElementsAre("n1@5", "n2@4"));
  ASSERT_NE((*answer)->next, "");
  auto next = limited(2);
  next.cursor = (*answer)->next;
  begin(next);
  EXPECT_THAT(found(), ElementsAre("n1@3", "n2@2"));
}

TEST_F(Questions, GiveEachItemOnceOverAllPages) {
  std::vector<int> odd;
  std::vector<int> even;
  std::vector<std::string> expected;
  for (int i = 1; i <= 60; ++i) {
    (i % 2 == 0 ? even : odd).push_back(i);
    expected.insert(expected.begin(), (i % 2 == 0 ? "n2@" : "n1@") + std::to_string(i));
  }
  start_node("n1", odd).page = 4;
  start_node("n2", even).page = 3;
  for (const std::size_t limit : {1u, 7u, 60u, 100u})
    EXPECT_EQ(all_pages(limited(limit)), expected) << limit;
}

TEST_F(Questions, DoNotHoldAnItemBackThatWasCompleteAfterItsTime) {
  start_node("n1", {10, 30, 1}); // the last one began at 1 and was complete after the one at 30
  start_node("n2", {20});
  begin();
  EXPECT_THAT(found(), ElementsAre("n1@1", "n1@30", "n2@20", "n1@10"));
}

TEST_F(Questions, WaitForANodeThatIsStillLooking) {
  start_node("n1", {1}).passed_over = 3;
  start_node("n2", {2});
  begin();
  EXPECT_THAT(found(), ElementsAre("n2@2", "n1@1"));
}

TEST_F(Questions, SayWhichNodeDidNotAnswer) {
  start_node("n1", {1});
  start_node("n2", {2}).is_silent = true;
  begin();
  EXPECT_FALSE(answer);
  pass(seconds{6});
  EXPECT_THAT(found(), ElementsAre("n1@1"));
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("n2: it did not answer in time")));
  EXPECT_THAT(workers["n2"]->got<protocol::cancel_query>(), SizeIs(1));
}

TEST_F(Questions, SayWhatANodeSaidThatCouldNotAnswer) {
  start_node("n1", {1});
  start_node("n2", {2}).fails_with = "this node stores no items";
  begin();
  EXPECT_THAT(found(), ElementsAre("n1@1"));
  EXPECT_THAT(missing(), ElementsAre("n2: this node stores no items"));
}

TEST_F(Questions, DoNotWaitForANodeThatLeaves) {
  start_node("n1", {1});
  start_node("n2", {2}).is_silent = true;
  begin();
  disconnect(*workers["n2"]);
  EXPECT_THAT(found(), ElementsAre("n1@1"));
  EXPECT_THAT(missing(), ElementsAre("n2: its connection was lost"));
}

TEST_F(Questions, EndWithWhatWasFoundWhenTheyTakeTooLong) {
  start_node("n1", {1, 2}).page = 1;
  start_node("n2", {3});
  auto& n1 = *nodes["n1"];
  n1.holds = true;
  n1.passed_over = 1'000;
  begin();
  for (int i = 0; i < 13; ++i) {
    pass(seconds{1});
    n1.let_go();
    settle();
  }
  EXPECT_THAT(found(), IsEmpty()) << "what n1 has may be newer";
  EXPECT_THAT(missing(), IsEmpty());
  n1.holds = false;
  n1.passed_over = 0;
  item_question next;
  next.cursor = (*answer)->next;
  begin(next);
  EXPECT_THAT(found(), ElementsAre("n2@3", "n1@2", "n1@1"));
}

TEST_F(Questions, LeaveTheHubsOwnNodeAlone) {
  auto& own = start_node("hub", {1});
  begin();
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_THAT(own.asked_with, IsEmpty());
}

TEST_F(Questions, RefuseAFilterThatDoesNotCompileWithItsPlace) {
  auto& n1 = start_node("n1");
  item_question asked;
  asked.query = "htt ??? a : p";
  begin(asked);
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error(), errc::invalid_filter);
  EXPECT_EQ(answer->error().message, "1:5: unexpected token \"?\"\nhtt ??? a : p\n    ^");
  EXPECT_THAT(n1.asked_with, IsEmpty());
}

TEST_F(Questions, KeepToTheLimitOfTheFilterItselfOverAllPages) {
  start_node("n1", {1, 2, 3, 4, 5, 6});
  auto asked = limited(2);
  asked.query = "limit(5)";
  EXPECT_THAT(all_pages(asked), ElementsAre("n1@6", "n1@5", "n1@4", "n1@3", "n1@2"));
}

TEST_F(Questions, FindOneItemByItsId) {
  start_node("n1", {1, 2});
  start_node("n2", {3});
  item_question asked;
  asked.item = "\"n1@2\"";
  begin(asked);
  EXPECT_THAT(found(), ElementsAre("n1@2"));
  EXPECT_EQ((*answer)->next, "");
}

TEST_F(Questions, DoNotWaitForOthersOnceTheOneItemIsFound) {
  start_node("n1", {1});
  start_node("n2").is_silent = true;
  item_question asked;
  asked.item = "\"n1@1\"";
  begin(asked);
  EXPECT_THAT(found(), ElementsAre("n1@1"));
}

TEST_F(Questions, AreRefusedBeyondEightAtATime) {
  start_node("n1").is_silent = true;
  for (std::size_t i = 0; i < query_desk::most_finds; ++i)
    begin();
  EXPECT_FALSE(answer);
  begin();
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error(), errc::window_full);
  pass(seconds{6});
  nodes["n1"]->is_silent = false;
  begin();
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Questions, RefuseACursorThatWasMadeUpOrIsOfAnotherQuestion) {
  start_node("n1", {1, 2, 3});
  begin(limited(1));
  const auto good = (*answer)->next;
  auto other = limited(1);
  other.query = "http";
  other.cursor = good;
  auto forged = limited(1);
  forged.cursor = good;
  forged.cursor.back() = forged.cursor.back() == 'A' ? 'B' : 'A';
  auto nonsense = limited(1);
  nonsense.cursor = "MTIz";
  for (const auto& asked : {other, forged, nonsense}) {
    begin(asked);
    ASSERT_TRUE(answer && !*answer) << asked.cursor;
    EXPECT_EQ(answer->error(), errc::invalid_usage);
  }
}

TEST_F(Questions, SayThatANodeOfTheCursorHasLeft) {
  start_node("n1", {1, 3});
  start_node("n2", {2, 4});
  auto asked = limited(1);
  begin(asked);
  asked.cursor = (*answer)->next;
  disconnect(*workers["n2"]);
  asked.limit = 10;
  begin(asked);
  EXPECT_THAT(found(), ElementsAre("n1@3", "n1@1"));
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("has left")));
}

TEST_F(Questions, AskANodeThatSendsALotLater) {
  auto& n1 = start_node("n1");
  for (std::uint64_t i = 1; i <= 80; ++i)
    n1.items.push_back({i, at_second(static_cast<int>(i)), '"' + std::string(600'000, 'x') + '"'});
  n1.page = 1;
  // An answer ends at four MiB; whoever reads on and on gets about twelve a second.
  item_question asked = limited(80);
  std::size_t items = 0;
  for (int pages = 0; pages < 3; ++pages) {
    begin(asked);
    if (!answer) break;
    items += (*answer)->items.size();
    asked.cursor = (*answer)->next;
  }
  begin(asked);
  EXPECT_FALSE(answer) << "its budget is used up after " << items;
  pass(seconds{2});
  EXPECT_TRUE(answer);
}

// ---- live

class Following : public Questions {
 protected:
  class client final : public item_follower {
   public:
    bool has_room() override { return room; }
    void take(const std::string& item) override { heard.push_back(item.substr(1, item.size() - 2)); }
    void skipped(std::uint64_t items) override { heard.push_back("skipped " + std::to_string(items)); }
    void trouble(const silent_node& node) override { heard.push_back(node.node + ": " + node.why); }
    void ended() override { heard.emplace_back("end"); }
    bool room = true;
    std::vector<std::string> heard;
  };
  std::shared_ptr<client> follow(const std::string& query = {}) {
    auto made = std::make_shared<client>();
    EXPECT_TRUE(core->queries().follow(++last, query, made));
    settle();
    return made;
  }
  void store(const std::string& node, const std::vector<int>& when) {
    nodes[node]->store(when);
    settle();
  }
  std::uint64_t last = 0;
};

TEST_F(Following, TellsWhatIsNewOnAllNodes) {
  start_node("n1", {1});
  start_node("n2", {2});
  const auto one = follow();
  store("n1", {3});
  store("n2", {4, 5});
  EXPECT_THAT(one->heard, ElementsAre("n1@3", "n2@4", "n2@5"));
}

TEST_F(Following, AsksANodeThatJoinsLater) {
  const auto one = follow();
  start_node("n1", {1});
  disconnect(*workers["n1"]); // before, nobody answered for it
  connect(*workers["n1"]);
  store("n1", {2});
  EXPECT_THAT(one->heard, ElementsAre("n1@2"));
}

TEST_F(Following, GoesOnWhereItWasWhenANodeComesBack) {
  start_node("n1");
  const auto one = follow();
  store("n1", {1});
  disconnect(*workers["n1"]);
  nodes["n1"]->waiting.clear();
  store("n1", {2});
  connect(*workers["n1"]);
  EXPECT_THAT(one->heard, ElementsAre("n1@1", "n1@2"));
}

TEST_F(Following, AsksNothingForAClientWithoutRoom) {
  start_node("n1");
  const auto one = follow();
  one->room = false;
  store("n1", {1}); // was asked for already
  store("n1", {2});
  EXPECT_THAT(one->heard, ElementsAre("n1@1"));
  one->room = true;
  pass(milliseconds{100});
  EXPECT_THAT(one->heard, ElementsAre("n1@1", "n1@2"));
}

TEST_F(Following, TellsOfWhatANodePassedOver) {
  start_node("n1");
  const auto one = follow();
  nodes["n1"]->skips = 12'000;
  store("n1", {1});
  EXPECT_THAT(one->heard, ElementsAre("skipped 12000", "n1@1"));
}

TEST_F(Following, TellsOnceOfANodeThatDoesNotAnswer) {
  start_node("n1").is_silent = true;
  const auto one = follow();
  pass(seconds{25});
  EXPECT_THAT(one->heard, ElementsAre(HasSubstr("n1: it did not answer")));
}

TEST_F(Following, EndsAtTheLimitOfTheFilter) {
  start_node("n1");
  const auto one = follow("limit(2)");
  store("n1", {1, 2, 3});
  EXPECT_THAT(one->heard, ElementsAre("n1@1", "n1@2", "end"));
}

TEST_F(Following, CancelsItsQuestionsWhenItIsOver) {
  start_node("n1");
  follow();
  core->queries().unfollow(last);
  settle();
  EXPECT_THAT(workers["n1"]->got<protocol::cancel_query>(), SizeIs(1));
}

} // namespace
} // namespace remora::hub::test
