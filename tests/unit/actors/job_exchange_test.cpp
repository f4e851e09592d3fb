#include "actors/scripts/job_exchange.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace remora::actors {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;
using what = job_command::what;

round_done done(std::size_t script, std::uint64_t number, const std::vector<std::string>& runs = {},
                const std::vector<std::string>& tags = {}) {
  round_done said;
  said.script = script;
  said.number = number;
  said.tags = tags;
  for (const std::string& tag : runs)
    said.commands.push_back({what::run, script, tag, {}, 0, {}});
  return said;
}

round next_round(job_exchange& exchange, std::uint64_t number) {
  round next;
  next.number = number;
  exchange.load(next);
  return next;
}

/// "script:tag" of each command that a round carries.
std::vector<std::string> commands(const round& carried) {
  std::vector<std::string> all;
  for (const job_command& command : carried.commands)
    all.push_back(std::to_string(command.from) + ':' + command.tag);
  return all;
}

TEST(JobExchange, CarriesWhatWasAskedToTheNextRoundAndNoFurther) {
  job_exchange exchange{2};
  exchange.note(done(0, 1, {"x"}));
  EXPECT_TRUE(exchange.has_mail());
  EXPECT_THAT(commands(next_round(exchange, 2)), ElementsAre("0:x"));
  EXPECT_FALSE(exchange.has_mail());
  EXPECT_THAT(commands(next_round(exchange, 3)), IsEmpty());
}

TEST(JobExchange, OrdersByScriptWhoeverAnsweredFirst) {
  job_exchange exchange{3};
  exchange.note(done(2, 1, {"c"}));
  exchange.note(done(0, 1, {"a1", "a2"}));
  exchange.note(done(1, 1, {"b"}));
  EXPECT_THAT(commands(next_round(exchange, 2)), ElementsAre("0:a1", "0:a2", "1:b", "2:c"));
}

TEST(JobExchange, OrdersByRoundBeforeScript) {
  job_exchange exchange{2};
  exchange.note(done(0, 1, {"first"}));
  exchange.note(done(0, 2, {"third"}));
  exchange.note(done(1, 1, {"second"}));
  EXPECT_THAT(commands(next_round(exchange, 3)), ElementsAre("0:first", "1:second", "0:third"));
}

TEST(JobExchange, WithALagCarriesEachRoundsWordsAFixedNumberOfRoundsLater) {
  job_exchange exchange{2, 8};
  exchange.note(done(0, 1, {"of 1"}));
  exchange.note(done(0, 2, {"of 2"}));
  EXPECT_THAT(commands(next_round(exchange, 8)), IsEmpty());
  EXPECT_THAT(commands(next_round(exchange, 9)), ElementsAre("0:of 1"));
  EXPECT_TRUE(exchange.has_mail());
  EXPECT_THAT(commands(next_round(exchange, 10)), ElementsAre("0:of 2"));
}

TEST(JobExchange, WithALagTheWordsOfAFastScriptWaitForTheirRoundAsTheOthersDo) {
  job_exchange exchange{2, 4};
  exchange.note(done(1, 3, {"ahead"}));
  exchange.note(done(0, 1, {"behind"}));
  EXPECT_THAT(commands(next_round(exchange, 5)), ElementsAre("0:behind"));
}

TEST(JobExchange, CarriesTheTagsOfAllWhenOneChanged) {
  job_exchange exchange{2};
  exchange.learn_tags(0, {"a"});
  exchange.learn_tags(1, {"b"});
  next_round(exchange, 1);
  exchange.note(done(1, 1, {}, {"b", "c"}));
  const round carried = next_round(exchange, 2);
  ASSERT_THAT(carried.tags, NotNull());
  EXPECT_THAT(*carried.tags, ElementsAre(ElementsAre("a"), ElementsAre("b", "c")));
}

TEST(JobExchange, SaysNothingOfTagsThatAreAsBefore) {
  job_exchange exchange{2};
  exchange.learn_tags(0, {"a"});
  next_round(exchange, 1);
  exchange.note(done(0, 1, {}, {"a"}));
  EXPECT_FALSE(exchange.has_mail());
  EXPECT_THAT(next_round(exchange, 2).tags, IsNull());
}

TEST(JobExchange, TellsTheTagsOfLoadingInTheFirstRoundWhateverTheLag) {
  job_exchange exchange{2, 8};
  exchange.learn_tags(1, {"b"});
  const round carried = next_round(exchange, 1);
  ASSERT_THAT(carried.tags, NotNull());
  EXPECT_THAT(*carried.tags, ElementsAre(IsEmpty(), ElementsAre("b")));
}

TEST(JobExchange, WithALagTagsComeAndGoInTheOrderTheyWereTold) {
  job_exchange exchange{2, 2};
  exchange.note(done(0, 1, {}, {"once"}));
  exchange.note(done(0, 2, {}, {}));
  const round third = next_round(exchange, 3);
  ASSERT_THAT(third.tags, NotNull());
  EXPECT_THAT(third.tags->front(), ElementsAre("once"));
  const round fourth = next_round(exchange, 4);
  ASSERT_THAT(fourth.tags, NotNull());
  EXPECT_THAT(fourth.tags->front(), IsEmpty());
}

TEST(JobExchange, HasNothingToCarryForAScriptAlone) {
  job_exchange exchange{1};
  exchange.learn_tags(0, {"a"});
  exchange.note(done(0, 1, {"a"}, {"a", "b"}));
  EXPECT_FALSE(exchange.has_mail());
}

TEST(JobExchange, TellsEverybodysTagsWhenAScriptJoins) {
  job_exchange exchange{1};
  exchange.note(done(0, 1, {}, {"old"}));
  exchange.open(1, {"new"});
  const round carried = next_round(exchange, 2);
  ASSERT_THAT(carried.tags, NotNull());
  EXPECT_THAT(*carried.tags, ElementsAre(ElementsAre("old"), ElementsAre("new")));
}

TEST(JobExchange, ForgetsTheTagsOfAScriptThatEndedAlsoThoseOnTheirWay) {
  job_exchange exchange{3, 4};
  exchange.learn_tags(1, {"gone"});
  exchange.note(done(1, 1, {}, {"gone", "too"}));
  exchange.close(1);
  for (std::uint64_t number = 2; number < 8; ++number) {
    if (const round carried = next_round(exchange, number); carried.tags) {
      EXPECT_THAT(carried.tags->at(1), IsEmpty());
    }
  }
}

TEST(JobExchange, GivesAScriptThatTakesAFreeIndexItsOwnTags) {
  job_exchange exchange{2};
  exchange.learn_tags(1, {"before"});
  exchange.close(1);
  exchange.open(1, {"after"});
  const round carried = next_round(exchange, 1);
  ASSERT_THAT(carried.tags, NotNull());
  EXPECT_THAT(carried.tags->at(1), ElementsAre("after"));
}

} // namespace
} // namespace remora::actors
