#include "worker/node/status_board.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class StatusBoard : public ::testing::Test {
 protected:
  static script_source source(const std::string& title) { return {0, title, title, "code of " + title}; }

  /// Sends what waits, at most so many messages; "title condition", or "jobs title count", or "asks tag".
  std::vector<std::string> sent(std::size_t room = 1'000) {
    std::vector<std::string> out;
    all_ = board_.flush([&](const protocol::message& what) {
      if (out.size() == room) return false;
      if (const auto* state = std::get_if<protocol::script_status>(&what))
        out.push_back(state->state.title + ' ' + std::string{to_string(state->state.condition)});
      if (const auto* jobs = std::get_if<protocol::jobs_changed>(&what))
        out.push_back("jobs " + jobs->script + ' ' + std::to_string(jobs->jobs.size()));
      if (const auto* asks = std::get_if<protocol::job_request>(&what)) out.push_back("asks " + asks->tag);
      return true;
    });
    return out;
  }

  timestamp now_ = from_unix_ns(5);
  status_board board_;
  bool all_ = false;
};

TEST_F(StatusBoard, SendsEachStateOnce) {
  board_.running(1, source("a"), now_);
  EXPECT_THAT(sent(), ElementsAre("a running"));
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(StatusBoard, SendsOnlyTheLastOfWhatFollowedWhileTheHubWasAway) {
  board_.running(1, source("a"), now_);
  board_.refused(2, source("a"), "why", false, now_);
  board_.running(3, source("a"), now_);
  EXPECT_THAT(sent(), ElementsAre("a running"));
}

TEST_F(StatusBoard, TellsAScriptThatDeclinesFromOneThatFails) {
  board_.refused(1, source("a"), "workers only", true, now_);
  board_.refused(1, source("b"), "b.js:1:1: no", false, now_);
  EXPECT_THAT(sent(), ElementsAre("a declined", "b failed"));
}

TEST_F(StatusBoard, SaysThatAVersionIsSuspendedAndThatItRunsAgain) {
  board_.running(1, source("a"), now_);
  board_.suspended("a", actors::suspension{now_, "it used up its time"}, now_);
  EXPECT_THAT(sent(), ElementsAre("a suspended"));
  board_.suspended("a", std::nullopt, now_);
  EXPECT_THAT(sent(), ElementsAre("a running"));
}

TEST_F(StatusBoard, GoesOnWhereItHadToStop) {
  for (const char* title : {"a", "b", "c"})
    board_.running(1, source(title), now_);
  EXPECT_THAT(sent(2), ElementsAre("a running", "b running"));
  EXPECT_FALSE(all_);
  EXPECT_THAT(sent(), ElementsAre("c running"));
  EXPECT_TRUE(all_);
}

TEST_F(StatusBoard, SendsEverythingAgainThatStands) {
  board_.running(1, source("a"), now_);
  board_.jobs("a", {scheduled_job{}});
  sent();
  board_.send_all_again();
  EXPECT_THAT(sent(), ElementsAre("a running", "jobs a 1"));
}

TEST_F(StatusBoard, ForgetsAScriptOnceTheHubKnowsThatItIsRemoved) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.want({});
  EXPECT_TRUE(board_.ended("a", now_));
  EXPECT_THAT(sent(), ElementsAre("a removed"));
  board_.send_all_again();
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(board_.running_scripts(), 0U);
}

TEST_F(StatusBoard, DoesNotTakeAVersionThatWasReplacedForARemovedScript) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.running(2, source("a"), now_);
  EXPECT_FALSE(board_.ended("a", now_));
  EXPECT_THAT(sent(), ElementsAre("a running"));
  EXPECT_EQ(board_.running_scripts(), 1U);
}

TEST_F(StatusBoard, CountsTheVersionThatGoesOnWhenTheNextIsRefused) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.refused(2, source("a"), "why", false, now_);
  EXPECT_THAT(sent(), ElementsAre("a failed"));
  EXPECT_EQ(board_.running_scripts(), 1U);
}

TEST_F(StatusBoard, SaysThatAScriptIsStuck) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.stuck("a", now_);
  board_.ended("a", now_); // given up
  EXPECT_THAT(sent(), ElementsAre("a stuck"));
  EXPECT_EQ(board_.running_scripts(), 0U);
}

TEST_F(StatusBoard, CountsAScriptAsLoadingUntilItIsKnownWhatBecameOfIt) {
  board_.want({"a", "b", "c"});
  EXPECT_EQ(board_.loading_scripts(), 3U);
  board_.running(1, source("a"), now_);
  board_.refused(1, source("b"), "why", false, now_);
  EXPECT_EQ(board_.loading_scripts(), 1U);
  board_.running(1, source("c"), now_);
  EXPECT_EQ(board_.loading_scripts(), 0U);
}

TEST_F(StatusBoard, CountsAScriptThatComesBackAsLoadingAgain) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.want({});
  board_.ended("a", now_);
  board_.want({"a"});
  EXPECT_EQ(board_.loading_scripts(), 1U);
}

TEST_F(StatusBoard, DoesNotCountAScriptAsLoadingWhileItsVersionBeforeRuns) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.want({"a"}); // another version of it
  EXPECT_EQ(board_.loading_scripts(), 0U);
}

TEST_F(StatusBoard, ShowsOfEachWantedScriptWhetherItRuns) {
  board_.want({"a", "b"});
  board_.running(1, source("a"), now_);
  board_.refused(1, source("b"), "why", false, now_);
  EXPECT_THAT(board_.wanted_scripts(), ElementsAre(Pair("a", true), Pair("b", false)));
}

TEST_F(StatusBoard, DoesNotShowASuspendedScriptAsRunning) {
  board_.want({"a"});
  board_.running(1, source("a"), now_);
  board_.suspended("a", actors::suspension{now_, "it used up its time"}, now_);
  EXPECT_THAT(board_.wanted_scripts(), ElementsAre(Pair("a", false)));
  EXPECT_EQ(board_.loading_scripts(), 0U);
  board_.suspended("a", std::nullopt, now_);
  EXPECT_THAT(board_.wanted_scripts(), ElementsAre(Pair("a", true)));
}

TEST_F(StatusBoard, SaysThatAScriptHasNoJobsAnyMoreOnce) {
  board_.jobs("a", {scheduled_job{}});
  board_.jobs("a", {});
  EXPECT_THAT(sent(), ElementsAre("jobs a 0"));
  board_.send_all_again();
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(StatusBoard, KeepsRequestsInOrderUpToABound) {
  for (std::size_t i = 0; i < status_board::most_requests; ++i) {
    protocol::job_request asks;
    asks.tag = std::to_string(i);
    EXPECT_TRUE(board_.request(asks));
  }
  EXPECT_FALSE(board_.request({}));
  const auto all = sent(status_board::most_requests);
  EXPECT_EQ(all.front(), "asks 0");
  EXPECT_EQ(all.back(), "asks 999");
  EXPECT_TRUE(board_.request({}));
}

} // namespace
} // namespace remora::worker::test
