#include "hub/store/job_store.hpp"

#include <gmock/gmock.h>

#include "hub/store/job_run_row.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using protocol::numbered_run;
using test::at_second;
using test::must;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

numbered_run run_at(std::int64_t second, const std::string& node = "n1", std::uint64_t id = 0,
                    const std::string& result = "1") {
  numbered_run made;
  made.id = id;
  made.run.node = node;
  made.run.script = "Dns";
  made.run.tag = "report";
  made.run.planned = at_second(second);
  made.run.started = at_second(second) + milliseconds{3};
  made.run.duration = milliseconds{7};
  made.run.result_json = result;
  return made;
}

class JobStore : public test::StoreTest {
 protected:
  job_store jobs() { return job_store{data()}; }
  std::vector<bool> append(const std::vector<numbered_run>& runs) {
    return must(jobs().append(runs, at_second(100)));
  }
  /// The planned seconds of all runs of a filter, page by page.
  std::vector<std::int64_t> seconds(const run_filter& which, std::size_t limit = 100) {
    std::vector<std::int64_t> all;
    std::string cursor;
    do {
      const auto part = must(jobs().runs(which, limit, cursor));
      EXPECT_LE(part.records.size(), limit);
      for (const auto& found : part.records)
        all.push_back((found.run.planned - at_second(0)) / std::chrono::seconds{1});
      cursor = part.next;
    } while (!cursor.empty() && all.size() < 1'000);
    return all;
  }
  run_filter all_of_tag() const { return run_filter{"report", "", "", {}, {}}; }
};

TEST_F(JobStore, GivesBackEverythingARunHas) {
  auto made = run_at(1, "n1", 18446744073709551615u, R"({"a":[1,"x"]})");
  made.run.outcome = job_outcome::failed;
  made.run.error = "Error: no";
  made.run.console = {"one", "", "zwei\nZeilen \xC3\xBC \"'"};
  append({made});
  reopen();
  const auto found = must(jobs().runs(all_of_tag(), 10));
  ASSERT_EQ(found.records.size(), 1u);
  const auto& [id, number, stored, run] = found.records.front();
  EXPECT_EQ(number, made.id);
  EXPECT_EQ(stored, at_second(100));
  EXPECT_EQ(run.node, "n1");
  EXPECT_EQ(run.script, "Dns");
  EXPECT_EQ(run.planned, made.run.planned);
  EXPECT_EQ(run.started, made.run.started);
  EXPECT_EQ(run.duration, made.run.duration);
  EXPECT_EQ(run.outcome, job_outcome::failed);
  EXPECT_EQ(run.result_json, made.run.result_json);
  EXPECT_EQ(run.error, "Error: no");
  EXPECT_EQ(run.console, made.run.console);
}

TEST_F(JobStore, KeepsThatASkippedRunNeverStarted) {
  auto skipped = run_at(1);
  skipped.run.started.reset();
  append({skipped});
  EXPECT_EQ(must(jobs().runs(all_of_tag(), 1)).records.front().run.started, std::nullopt);
}

TEST_F(JobStore, StoresEachRunOnceHoweverOftenItIsReported) {
  EXPECT_THAT(append({run_at(1), run_at(2)}), ElementsAre(true, true));
  EXPECT_THAT(append({run_at(2), run_at(3), run_at(3)}), ElementsAre(false, true, false));
  EXPECT_THAT(seconds(all_of_tag()), ElementsAre(3, 2, 1));
}

TEST_F(JobStore, TellsRequestedRunsOfOneInstantApartByTheirIds) {
  EXPECT_THAT(append({run_at(1, "n1", 1), run_at(1, "n1", 2)}), ElementsAre(true, true));
}

TEST_F(JobStore, TellsNodesScriptsAndTagsApart) {
  auto other_script = run_at(1);
  other_script.run.script = "Http";
  auto other_tag = run_at(1);
  other_tag.run.tag = "other";
  EXPECT_THAT(append({run_at(1), run_at(1, "n2"), other_script, other_tag}),
              ElementsAre(true, true, true, true));
  EXPECT_THAT(must(jobs().tags(10)), ElementsAre("other", "report"));
}

TEST_F(JobStore, FiltersByTimeNodeAndScript) {
  append({run_at(1), run_at(2, "n2"), run_at(3), run_at(4, "n2")});
  EXPECT_THAT(seconds({"report", "", "n2", {}, {}}), ElementsAre(4, 2));
  EXPECT_THAT(seconds({"report", "", "", at_second(2), at_second(4)}), ElementsAre(3, 2));
  EXPECT_THAT(seconds({"report", "Dns", "", {}, {}}), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(seconds({"report", "Http", "", {}, {}}), IsEmpty());
  EXPECT_THAT(seconds({"none", "", "", {}, {}}), IsEmpty());
}

TEST_F(JobStore, FollowsRunsInTheOrderTheyWereStored) {
  EXPECT_EQ(must(jobs().last_id()), 0);
  append({run_at(5), run_at(3)});
  const auto begin = must(jobs().last_id());
  auto other = run_at(1);
  other.run.tag = "other";
  append({run_at(4), other, run_at(2)});
  const auto first = must(jobs().follow(all_of_tag(), begin, 1));
  ASSERT_EQ(first.runs.size(), 1u);
  EXPECT_EQ(first.runs.front().run.planned, at_second(4));
  EXPECT_TRUE(first.more);
  const auto rest = must(jobs().follow(all_of_tag(), first.last, 10));
  ASSERT_EQ(rest.runs.size(), 1u);
  EXPECT_EQ(rest.runs.front().run.planned, at_second(2));
  EXPECT_FALSE(rest.more);
  EXPECT_EQ(rest.last, must(jobs().last_id()));
  EXPECT_EQ(must(jobs().follow({}, begin, 10)).runs.size(), 3u) << "without a tag: all";
}

TEST_F(JobStore, PagesThroughAllRunsWithoutGapOrRepetition) {
  std::vector<numbered_run> many;
  for (int i = 0; i < 20; ++i)
    many.push_back(run_at(i / 4, "node." + std::to_string(i % 4)));
  append(many);
  for (std::size_t limit = 1; limit < 25; ++limit)
    EXPECT_EQ(seconds(all_of_tag(), limit), seconds(all_of_tag())) << limit;
  EXPECT_EQ(seconds(all_of_tag()).size(), 20u);
}

TEST_F(JobStore, GoesOnAfterACursorWhoseRunIsGone) {
  append({run_at(1), run_at(2), run_at(3)});
  const auto first = must(jobs().runs(all_of_tag(), 1));
  must(data().run("DELETE FROM run WHERE planned = ?", {at_second(3)}));
  EXPECT_EQ(must(jobs().runs(all_of_tag(), 1, first.next)).records.front().run.planned, at_second(2));
}

TEST_F(JobStore, RefusesACursorOfItsOwnMaking) {
  for (const auto* cursor :
       {"x", "1", "1.2", "1.2.3", "1.2.99.a", "1.2.-1.a", "99999999999999999999.1.1.ab"}) {
    EXPECT_EQ(jobs().runs(all_of_tag(), 1, cursor).error(), errc::invalid_usage) << cursor;
  }
}

TEST_F(JobStore, ShowsTheNodesOfAPlannedInstantSideBySide) {
  append({run_at(1, "b", 0, "2"), run_at(1, "a", 0, "1"), run_at(2, "a", 0, "3")});
  const auto found = must(jobs().instants(all_of_tag(), 10)).records;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].planned, at_second(2));
  ASSERT_EQ(found[1].nodes.size(), 2u);
  EXPECT_EQ(found[1].nodes[0].node, "a");
  EXPECT_EQ(found[1].nodes[0].result_json, "1");
  EXPECT_EQ(found[1].nodes[1].node, "b");
  EXPECT_EQ(found[1].nodes[1].result_json, "2");
}

TEST_F(JobStore, NeverCutsAPlannedInstantInTwo) {
  append({run_at(1, "a"), run_at(1, "b"), run_at(2, "a"), run_at(2, "b")});
  const auto first = must(jobs().instants(all_of_tag(), 1));
  ASSERT_EQ(first.records.size(), 1u);
  EXPECT_EQ(first.records[0].nodes.size(), 2u);
  const auto second = must(jobs().instants(all_of_tag(), 1, first.next));
  ASSERT_EQ(second.records.size(), 1u);
  EXPECT_EQ(second.records[0].planned, at_second(1));
  EXPECT_EQ(second.records[0].nodes.size(), 2u);
  EXPECT_EQ(second.next, "");
}

TEST_F(JobStore, SaysWhatItDidNotKeepBecauseOfItsSize) {
  auto large = run_at(1, "n1", 0, std::string(max_result_bytes + 1, '1'));
  large.run.console.assign(3, std::string(max_console_bytes / 2, 'x'));
  append({large});
  const auto found = must(jobs().runs(all_of_tag(), 1)).records.front().run;
  EXPECT_EQ(found.result_json, "");
  EXPECT_THAT(found.error, HasSubstr("1048577 bytes"));
  ASSERT_EQ(found.console.size(), 3u);
  EXPECT_THAT(found.console.back(), HasSubstr("1 further"));
}

struct changed_column {
  const char* name;
  const char* update;
};
class ADamagedRun : public JobStore, public ::testing::WithParamInterface<changed_column> {};

TEST_P(ADamagedRun, IsLeftOutAndCounted) {
  auto printing = run_at(2);
  printing.run.console = {"a"};
  append({run_at(1), printing});
  must(data().run(std::string{"UPDATE run SET "} + GetParam().update + " WHERE planned = ?", {at_second(2)}));
  const auto found = must(jobs().runs(all_of_tag(), 10)).records;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].run.planned, at_second(1));
  EXPECT_EQ(data().damaged().rows(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    ByColumn, ADamagedRun,
    ::testing::Values(changed_column{"Node", "node = 'x'"},
                      changed_column{"Planned", "planned = planned + 1"},
                      changed_column{"Started", "started = NULL"}, changed_column{"Duration", "duration = 0"},
                      changed_column{"Outcome", "outcome = 1"}, changed_column{"Result", "result = '2'"},
                      changed_column{"Error", "error = 'x'"}, changed_column{"Id", "number = 1"},
                      changed_column{"Stored", "stored = 0"},
                      changed_column{"Console", "console = '[\"b\"]'"},
                      changed_column{"Seal", "seal = seal + 1"}),
    [](const auto& of) { return std::string{of.param.name}; });

} // namespace
} // namespace remora::hub
