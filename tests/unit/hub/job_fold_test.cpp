#include "hub/store/job_fold.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::must;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

job_run with(const std::string& result, const std::string& node = "n1", std::int64_t second = 0) {
  job_run run;
  run.node = node;
  run.planned = at_second(second);
  run.result_json = result;
  return run;
}

folded fold_all(fold_request request, const std::vector<job_run>& runs) {
  job_fold folding{std::move(request)};
  for (const auto& run : runs)
    EXPECT_TRUE(folding.add(run));
  return must(std::move(folding).finish());
}

double only_value(const folded& answer) {
  if (answer.groups.size() != 1 || answer.groups[0].values.size() != 1) return std::nan("");
  return answer.groups[0].values[0].value;
}

struct numbers_case {
  std::string json;
  std::vector<std::pair<std::string, double>> found;
};
class ResultNumbers : public ::testing::TestWithParam<numbers_case> {};

TEST_P(ResultNumbers, AreFoundWithTheirPaths) {
  result_numbers numbers;
  numbers.read(GetParam().json);
  EXPECT_EQ(numbers.found, GetParam().found) << GetParam().json;
}

INSTANTIATE_TEST_SUITE_P(
    All, ResultNumbers,
    ::testing::Values(
        numbers_case{"7", {{"", 7}}}, numbers_case{"-1.5e3", {{"", -1500}}}, numbers_case{" 7 ", {{"", 7}}},
        numbers_case{"", {}}, numbers_case{"nan", {}}, numbers_case{"inf", {}}, numbers_case{"null", {}},
        numbers_case{"true", {}}, numbers_case{"\"7\"", {}}, numbers_case{"[1,2]", {}},
        numbers_case{R"({"a":1,"b":2.5})", {{"a", 1}, {"b", 2.5}}},
        numbers_case{R"({"a":{"b":{"c":3}},"d":4})", {{"a.b.c", 3}, {"d", 4}}},
        numbers_case{R"({"a":{},"b":{"c":1},"d":2})", {{"b.c", 1}, {"d", 2}}},
        numbers_case{R"({"a":"1","b":null,"c":true,"d":[1,{"e":2}],"f":5})", {{"f", 5}}},
        numbers_case{R"([{"a":1}])", {}}, numbers_case{R"({"a":1)", {}}, numbers_case{R"({"a":1e999})", {}},
        numbers_case{R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}})", {{"a.a.a.a.a.a.a.a", 1}}},
        numbers_case{R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1},"b":2}}}}}}},"c":3})",
                     {{"a.a.a.a.a.a.a.b", 2}, {"c", 3}}}));

TEST(ResultNumbersOfHostileJson, EndWithoutFollowingEveryLevel) {
  result_numbers numbers;
  EXPECT_FALSE(numbers.read(std::string(200'000, '[')));
  std::string deep;
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(numbers.read(deep));
}

struct kind_case {
  const char* word;
  double expected;
};
class FoldKind : public ::testing::TestWithParam<kind_case> {};

TEST_P(FoldKind, FoldsOneToAHundred) {
  std::vector<job_run> runs;
  for (int i = 100; i >= 1; --i)
    runs.push_back(with(std::to_string(i)));
  const auto kind = fold_kind_of(GetParam().word);
  ASSERT_TRUE(kind);
  EXPECT_EQ(to_string(*kind), GetParam().word);
  fold_request request;
  request.kind = *kind;
  EXPECT_EQ(only_value(fold_all(request, runs)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(All, FoldKind,
                         ::testing::Values(kind_case{"sum", 5050}, kind_case{"avg", 50.5},
                                           kind_case{"min", 1}, kind_case{"max", 100},
                                           kind_case{"count", 100}, kind_case{"p50", 50},
                                           kind_case{"p95", 95}, kind_case{"p99", 99}),
                         [](const auto& of) { return std::string{of.param.word}; });

TEST(JobFold, TakesPercentilesByNearestRank) {
  const std::vector<job_run> runs{with("35"), with("15"), with("50"), with("20"), with("40")};
  EXPECT_EQ(only_value(fold_all({"", fold_kind::p50}, runs)), 35);
  EXPECT_EQ(only_value(fold_all({"", fold_kind::p95}, runs)), 50);
  EXPECT_EQ(only_value(fold_all({"", fold_kind::p50}, {with("7")})), 7);
}

TEST(JobFold, AddsManySmallNumbersExactly) {
  std::vector<job_run> runs{with("1e16")};
  for (int i = 0; i < 1000; ++i)
    runs.push_back(with("1"));
  runs.push_back(with("-1e16"));
  EXPECT_EQ(only_value(fold_all({"", fold_kind::sum}, runs)), 1000);
}

TEST(JobFold, FoldsEveryFieldWhenNoneIsNamed) {
  const auto answer = fold_all({}, {with(R"({"a":1,"b":{"c":10}})"), with(R"({"a":2,"b":{"c":20}})")});
  ASSERT_EQ(answer.groups.size(), 1u);
  ASSERT_EQ(answer.groups[0].values.size(), 2u);
  EXPECT_EQ(answer.groups[0].values[0].field, "a");
  EXPECT_EQ(answer.groups[0].values[0].value, 3);
  EXPECT_EQ(answer.groups[0].values[1].field, "b.c");
  EXPECT_EQ(answer.groups[0].values[1].value, 30);
}

TEST(JobFold, FoldsOneFieldWhenItIsNamed) {
  EXPECT_EQ(only_value(fold_all({"b.c"}, {with(R"({"a":1,"b":{"c":10}})"), with("5")})), 10);
}

TEST(JobFold, CountsApartWhatIsNoNumber) {
  const auto answer = fold_all({}, {with("1"), with("\"text\""), with("[1]"), with(""), with("{}")});
  EXPECT_EQ(answer.runs, 5u);
  EXPECT_EQ(answer.numeric, 1u);
  EXPECT_EQ(answer.not_numeric, 3u);
  EXPECT_EQ(answer.without_result, 1u);
  EXPECT_EQ(only_value(answer), 1);
}

TEST(JobFold, KeepsNodesApart) {
  const auto answer =
      fold_all({"", fold_kind::sum, fold_by::node}, {with("1", "b"), with("2", "a"), with("3", "b")});
  ASSERT_EQ(answer.groups.size(), 2u);
  EXPECT_EQ(answer.groups[0].node, "a");
  EXPECT_EQ(answer.groups[1].node, "b");
  EXPECT_EQ(answer.groups[1].values[0].value, 4);
  EXPECT_EQ(answer.groups[1].values[0].samples, 2u);
}

TEST(JobFold, AlignsBucketsToTheStepInUtc) {
  fold_request hourly{"", fold_kind::sum, fold_by::time, std::chrono::hours{1}};
  auto early = with("1");
  early.planned = *parse_rfc3339("2026-03-29T00:59:59.999999999Z");
  auto late = with("2");
  late.planned = *parse_rfc3339("2026-03-29T01:00:00Z");
  auto before_1970 = with("4");
  before_1970.planned = *parse_rfc3339("1969-12-31T23:30:00Z");
  const auto answer = fold_all(hourly, {early, late, before_1970});
  ASSERT_EQ(answer.groups.size(), 3u);
  EXPECT_EQ(answer.groups[0].from, parse_rfc3339("1969-12-31T23:00:00Z"));
  EXPECT_EQ(answer.groups[1].from, parse_rfc3339("2026-03-29T00:00:00Z"));
  EXPECT_EQ(answer.groups[2].from, parse_rfc3339("2026-03-29T01:00:00Z"));
}

TEST(JobFold, NeedsAStepToFoldByTime) {
  EXPECT_EQ(job_fold({"", fold_kind::sum, fold_by::time}).check().error(), errc::invalid_usage);
}

TEST(JobFold, StopsAndSaysWhatToDoWhenTheGroupsAreTooMany) {
  job_fold folding{{"", fold_kind::sum, fold_by::time, std::chrono::seconds{1}}};
  std::size_t taken = 0;
  while (taken <= job_fold::max_values && folding.add(with("", "n", static_cast<std::int64_t>(taken))))
    ++taken;
  EXPECT_EQ(taken, job_fold::max_values);
  const auto refused = std::move(folding).finish();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("a larger step"));
}

TEST(JobFold, GivesNothingForNothing) { EXPECT_THAT(fold_all({}, {}).groups, IsEmpty()); }

} // namespace
} // namespace remora::hub
