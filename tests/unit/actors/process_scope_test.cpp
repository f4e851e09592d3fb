#include "actors/scripts/process_scope.hpp"

#include <map>
#include <optional>
#include <string>

#include <gmock/gmock.h>

namespace remora::actors {
namespace {

using publish = process_scope::publish;
using testing::HasSubstr;

script::scope_change set(const std::string& name, const std::string& json) {
  return {name, std::make_shared<const script::shared_value>(script::shared_value{json, false})};
}
script::scope_change removal(const std::string& name) { return {name, nullptr}; }

class ProcessScope : public testing::Test {
 protected:
  /// What a script sees under a name; "-" for nothing.
  static std::string seen(const process_scope& scope, std::size_t script, const std::string& name) {
    const script::scope_image_ptr image = scope.view(script)->image();
    const auto found = image->values.find(name);
    return found == image->values.end() ? "-" : found->second.text;
  }

  static std::string commit(process_scope& scope, std::size_t script,
                            const std::vector<script::scope_change>& changes) {
    return scope.view(script)->commit(changes);
  }

  process_scope live{3, publish::at_once};
  process_scope reading{3, publish::on_merge};
};

TEST_F(ProcessScope, ShowsACommitToEverybodyAtOnceWhileCapturing) {
  EXPECT_EQ(commit(live, 0, {set("n", "1")}), "");
  EXPECT_EQ(seen(live, 2, "n"), "1");
}

TEST_F(ProcessScope, ShowsACommitToOthersOnlyAfterTheMergeWhileReading) {
  commit(reading, 0, {set("n", "1")});
  EXPECT_EQ(seen(reading, 2, "n"), "-");
  reading.merge();
  EXPECT_EQ(seen(reading, 2, "n"), "1");
}

TEST_F(ProcessScope, LetsAScriptReadItsOwnWritesBeforeTheMerge) {
  commit(reading, 1, {set("n", "1")});
  commit(reading, 1, {set("m", "2")});
  EXPECT_EQ(seen(reading, 1, "n") + seen(reading, 1, "m"), "12");
}

TEST_F(ProcessScope, MergesInTheOrderOfTheScriptsWhateverTheOrderOfCommits) {
  commit(reading, 2, {set("n", "\"late script\"")});
  commit(reading, 0, {set("n", "\"early script\"")});
  reading.merge();
  for (std::size_t script = 0; script < 3; ++script)
    EXPECT_EQ(seen(reading, script, "n"), "\"late script\"");
}

TEST_F(ProcessScope, MergesTheLastOfSeveralChangesToAName) {
  commit(reading, 0, {set("n", "1")});
  commit(reading, 0, {removal("n")});
  commit(reading, 0, {set("n", "3")});
  commit(reading, 0, {set("m", "1")});
  commit(reading, 0, {removal("m")});
  reading.merge();
  EXPECT_EQ(seen(reading, 1, "n") + seen(reading, 1, "m"), "3-");
}

TEST_F(ProcessScope, CarriesADeletionToTheOthers) {
  commit(reading, 0, {set("n", "1")});
  reading.merge();
  commit(reading, 1, {removal("n")});
  reading.merge();
  EXPECT_EQ(seen(reading, 0, "n"), "-");
}

TEST_F(ProcessScope, KeepsWhatOthersWroteToOtherNames) {
  commit(reading, 0, {set("a", "1")});
  commit(reading, 1, {set("b", "2")});
  reading.merge();
  EXPECT_EQ(seen(reading, 2, "a") + seen(reading, 2, "b"), "12");
}

TEST_F(ProcessScope, IsTheSameImageAsLongAsNothingChanged) {
  commit(reading, 0, {set("n", "1")});
  reading.merge();
  const auto before = reading.view(0)->image();
  reading.merge();
  EXPECT_EQ(reading.view(0)->image(), before);
  EXPECT_EQ(reading.view(1)->image(), before);
}

TEST_F(ProcessScope, IsAnotherImageOnceSomethingChanged) {
  const auto before = live.view(1)->image();
  commit(live, 0, {set("n", "1")});
  EXPECT_NE(live.view(1)->image(), before);
}

TEST_F(ProcessScope, NeverChangesAnImageThatWasHandedOut) {
  const auto before = live.view(1)->image();
  commit(live, 0, {set("n", "1")});
  EXPECT_TRUE(before->values.empty());
}

TEST_F(ProcessScope, LeavesOutAScriptThatWasGivenUp) {
  const auto view = reading.view(0);
  view->commit({set("n", "1")});
  reading.give_up(0);
  reading.merge();
  EXPECT_EQ(seen(reading, 1, "n"), "-");
  EXPECT_EQ(view->commit({set("n", "2")}), "") << "it may still come back and write";
}

class ProcessScopeLimits : public ProcessScope, public testing::WithParamInterface<publish> {
 protected:
  process_scope scope{2, GetParam()};
};

std::vector<script::scope_change> many_names(std::size_t count, const std::string& prefix) {
  std::vector<script::scope_change> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(set(prefix + std::to_string(i), "1"));
  return all;
}

TEST_P(ProcessScopeLimits, RefuseANameThatIsTooLongAndSayHowLongItMayBe) {
  EXPECT_EQ(commit(scope, 0, {set(std::string(256, 'n'), "1")}), "");
  EXPECT_THAT(commit(scope, 0, {set(std::string(257, 'n'), "1")}), HasSubstr("at most 256 bytes"));
}

TEST_P(ProcessScopeLimits, RefuseAValueThatIsTooLongAndNameIt) {
  EXPECT_EQ(commit(scope, 0, {set("big", std::string(64u << 10, '1'))}), "");
  EXPECT_THAT(commit(scope, 0, {set("big", std::string((64u << 10) + 1, '1'))}),
              testing::AllOf(HasSubstr("this.big"), HasSubstr("65536 bytes")));
}

TEST_P(ProcessScopeLimits, RefuseTooManyNames) {
  EXPECT_EQ(commit(scope, 0, many_names(10'000, "n")), "");
  EXPECT_THAT(commit(scope, 0, {set("one more", "1")}), HasSubstr("at most 10000 names"));
  EXPECT_EQ(commit(scope, 0, {removal("n0"), set("instead", "1")}), "");
}

TEST_P(ProcessScopeLimits, RefuseMoreThan64MiBAltogether) {
  const auto four_mebibytes = [](const std::string& prefix) {
    std::vector<script::scope_change> all;
    for (std::size_t i = 0; i < 64; ++i)
      all.push_back(set(prefix + std::to_string(i), std::string(64u << 10, '1')));
    return all;
  };
  for (int i = 0; i < 15; ++i)
    ASSERT_EQ(commit(scope, 0, four_mebibytes(std::to_string(i) + '-')), "");
  EXPECT_THAT(commit(scope, 0, four_mebibytes("last-")), HasSubstr("at most 64 MiB"))
      << "64 MiB of values, and the names";
}

TEST_P(ProcessScopeLimits, MakeNoChangeOfACommitThatIsRefused) {
  commit(scope, 0, {set("good", "1"), set("bad", std::string(70'000, '1'))});
  scope.merge();
  EXPECT_EQ(seen(scope, 0, "good") + seen(scope, 1, "good"), "--");
}

INSTANTIATE_TEST_SUITE_P(AtOnceAndOnMerge, ProcessScopeLimits,
                         testing::Values(publish::at_once, publish::on_merge));

TEST_F(ProcessScope, KeepsTheChangesOfTheFirstScriptWhenAllTogetherAreTooMany) {
  EXPECT_EQ(commit(reading, 0, many_names(6'000, "a")), "");
  EXPECT_EQ(commit(reading, 1, many_names(6'000, "b")), "");
  reading.merge();
  EXPECT_EQ(seen(reading, 2, "a0") + seen(reading, 2, "b0"), "1-");
}

} // namespace
} // namespace remora::actors
