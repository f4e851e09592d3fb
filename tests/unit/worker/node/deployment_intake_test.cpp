#include "worker/node/deployment_intake.hpp"

#include "node_doubles.hpp"

namespace remora::worker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class DeploymentIntake : public ::testing::Test {
 protected:
  protocol::moment now_ = protocol::moment{} + std::chrono::hours{1};
  deployment_intake intake_;
};

TEST_F(DeploymentIntake, HasNothingToAskWithoutAHub) { EXPECT_FALSE(intake_.question(now_)); }

TEST_F(DeploymentIntake, AsksForANewDeploymentAtOnceAndThenWithGrowingPauses) {
  intake_.hear_of(1, now_);
  std::vector<milliseconds> asked;
  for (milliseconds at{0}; at < std::chrono::minutes{5}; at += milliseconds{100})
    if (intake_.question(now_ + at)) asked.push_back(at);
  using std::chrono::seconds;
  EXPECT_THAT(asked, ElementsAre(seconds{0}, seconds{2}, seconds{6}, seconds{14}, seconds{30}, seconds{62},
                                 seconds{122}, seconds{182}, seconds{242}));
}

TEST_F(DeploymentIntake, DoesNotAskForWhatRuns) {
  intake_.begin_with(deployment_of(4, {}));
  intake_.hear_of(4, now_);
  EXPECT_FALSE(intake_.question(now_));
}

TEST_F(DeploymentIntake, AsksForWhatRunsWhenTheHubMayBeAnother) {
  intake_.begin_with(deployment_of(4, {{"a", "1"}}));
  intake_.hear_of(4, now_, true);
  const auto question = intake_.question(now_);
  ASSERT_TRUE(question);
  EXPECT_THAT(question->have, ElementsAre(content_hash("1")));
}

TEST_F(DeploymentIntake, DoesNotAskAHubThatIsAway) {
  intake_.hear_of(1, now_);
  intake_.forget_hub();
  EXPECT_FALSE(intake_.question(now_));
}

TEST_F(DeploymentIntake, NamesCodeThatCameWhileTheDeploymentDidNot) {
  intake_.hear_of(1, now_);
  ASSERT_TRUE(intake_.take(protocol::script_code{content_hash("1"), "1"}));
  EXPECT_THAT(intake_.question(now_)->have, ElementsAre(content_hash("1")));
}

TEST_F(DeploymentIntake, AsksAgainWhenCodeIsMissing) {
  intake_.hear_of(1, now_);
  ASSERT_TRUE(intake_.question(now_));
  EXPECT_FALSE(intake_.take(protocol::deployment{deployment_of(1, {{"a", "1"}}).manifest}, now_));
  EXPECT_FALSE(intake_.question(now_)); // not at once
  EXPECT_TRUE(intake_.question(now_ + std::chrono::minutes{2}));
}

TEST_F(DeploymentIntake, RefusesCodeLargerThanAScriptMayBe) {
  const std::string code(max_script_bytes + 1, 'x');
  EXPECT_EQ(intake_.take(protocol::script_code{content_hash(code), code}).error(), errc::too_large);
}

TEST_F(DeploymentIntake, HasABoundForCodeThatNoDeploymentNames) {
  const std::size_t fits = deployment_intake::most_waiting_bytes / max_script_bytes;
  std::string code(max_script_bytes, 'x');
  const auto take = [&](std::size_t i) {
    code.replace(0, 8, std::to_string(10'000'000 + i));
    return intake_.take(protocol::script_code{content_hash(code), code});
  };
  for (std::size_t i = 0; i < fits; ++i)
    ASSERT_TRUE(take(i));
  EXPECT_EQ(take(fits).error(), errc::too_large);
}

TEST(WantedScripts, AreThoseOfTheDeploymentInTheOrderOfTheirIndex) {
  auto what = deployment_of(5, {{"a", "1"}, {"b", "2"}});
  std::swap(what.manifest.scripts[0].index, what.manifest.scripts[1].index);
  what.manifest.env_json = R"({"A":1})";
  const auto wanted = wanted_of(what);
  EXPECT_EQ(wanted->generation, 5U);
  EXPECT_EQ(wanted->env_json, R"({"A":1})");
  ASSERT_THAT(wanted->scripts, SizeIs(2));
  EXPECT_EQ(wanted->scripts[0].title, "b");
  EXPECT_EQ(wanted->scripts[0].file, "b.js");
  EXPECT_EQ(wanted->scripts[0].code, "2");
}

TEST(WantedScripts, HaveTitlesOfTheirOwn) {
  auto what = deployment_of(5, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  what.manifest.scripts[1].title = "a";
  what.manifest.scripts[2].title = "";
  const auto wanted = wanted_of(what);
  ASSERT_THAT(wanted->scripts, SizeIs(1));
  EXPECT_EQ(wanted->scripts[0].code, "1");
}

TEST(WantedScripts, StayWithinTheBoundsOfTheConfiguration) {
  auto what = deployment_of(5, {});
  auto& limits = what.manifest.limits;
  limits.turn = limits.load = limits.job = nanoseconds::max();
  limits.memory_bytes = UINT64_MAX;
  const auto most = wanted_of(what)->limits;
  EXPECT_EQ(most.turn, std::chrono::hours{1});
  EXPECT_EQ(most.load, std::chrono::hours{1});
  EXPECT_EQ(most.job, std::chrono::hours{24});
  EXPECT_EQ(most.memory_bytes, std::size_t{2} << 30U);
  limits.turn = limits.load = limits.job = nanoseconds{-5};
  limits.memory_bytes = 0;
  const auto least = wanted_of(what)->limits;
  EXPECT_EQ(least.turn, milliseconds{1});
  EXPECT_EQ(least.load, milliseconds{1});
  EXPECT_EQ(least.job, milliseconds{1});
  EXPECT_EQ(least.memory_bytes, std::size_t{4} << 20U);
}

TEST(WantedScripts, RunByUtcWhereTheirZoneIsNotKnown) {
  auto what = deployment_of(5, {});
  what.manifest.timezone = "Mars/Olympus";
  EXPECT_TRUE(wanted_of(what)->zone.is_utc());
  what.manifest.timezone = "Europe/Berlin";
  EXPECT_FALSE(wanted_of(what)->zone.is_utc());
}

TEST(WantedScripts, HaveWhatTheHubSaysOfFilesAndMacros) {
  auto what = deployment_of(5, {});
  what.manifest.limits.file_quota_bytes = 7;
  what.manifest.archive_prefix = "mine";
  what.manifest.redaction_fail_closed = true;
  what.manifest.macros = {{"slow", "elapsedTime > 1000"}};
  const auto wanted = wanted_of(what);
  EXPECT_EQ(wanted->file_quota_bytes, 7U);
  EXPECT_EQ(wanted->archive_prefix, "mine");
  EXPECT_TRUE(wanted->redaction_fail_closed);
  EXPECT_EQ(wanted->macros.at("slow"), "elapsedTime > 1000");
}

} // namespace
} // namespace remora::worker::test
