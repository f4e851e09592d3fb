#include "api_fixture.hpp"
#include "base/time.hpp"

namespace remora::hub::test {
namespace {

using http::method;
using nlohmann::json;
using protocol::job_action;
using testing::ElementsAre;
using testing::HasSubstr;

class JobRoutes : public Api {
 protected:
  JobRoutes() {
    job_view job;
    job.tag = "report/1";
    job.script = "dns";
    job.cron = "0 * * * * *";
    job.timezone = "UTC";
    job.last_outcome = job_outcome::timed_out;
    job.last_planned = at_second(60);
    job_on_node up;
    up.node = "n1";
    up.node_up = true;
    up.next = at_second(120);
    job_on_node down;
    down.node = "n2";
    job.nodes = {up, down};
    hub.all_jobs = {job};
  }
};

TEST_F(JobRoutes, ListsJobsWithTheirNodes) {
  const auto job = read("/api/v1/jobs")["items"][0];
  EXPECT_EQ(job["tag"], "report/1");
  EXPECT_EQ(job["condition"], "scheduled");
  EXPECT_EQ(job["last_outcome"], "timed_out");
  EXPECT_TRUE(job["next"].is_null());
  EXPECT_EQ(job["nodes"][0]["next"], "1970-01-01T00:02:00.000000000Z");
  EXPECT_EQ(job["nodes"][1]["node_up"], false);
}

struct ordered {
  const char* name;
  method verb;
  const char* target;
  job_action what;
  const char* tag;
  const char* script;
  bool all;
};
class JobOrders : public JobRoutes, public testing::WithParamInterface<ordered> {};

TEST_P(JobOrders, GoToTheHubAsTheyWereGiven) {
  const auto answer = call(GetParam().verb, GetParam().target);
  EXPECT_EQ(answer.body, R"({"nodes":["n1"],"missing":["n2"]})");
  expect_schema(answer, GetParam().verb, GetParam().target);
  EXPECT_EQ(hub.last_order.first, GetParam().what);
  EXPECT_EQ(hub.last_order.second.tag, GetParam().tag);
  EXPECT_EQ(hub.last_order.second.script, GetParam().script);
  EXPECT_EQ(hub.last_order.second.all, GetParam().all);
}

INSTANTIATE_TEST_SUITE_P(
    All, JobOrders,
    testing::Values(
        ordered{"Run", method::post, "/api/v1/jobs/report%2F1/run", job_action::run, "report/1", "", false},
        ordered{"Pause", method::post, "/api/v1/jobs/report%2F1/pause", job_action::pause, "report/1", "",
                false},
        ordered{"Resume", method::post, "/api/v1/jobs/report%2F1/resume?script=dns", job_action::resume,
                "report/1", "dns", false},
        ordered{"Remove", method::remove, "/api/v1/jobs/report%2F1", job_action::remove, "report/1", "",
                false},
        ordered{"RunAll", method::post, "/api/v1/jobs/run", job_action::run, "", "", true},
        ordered{"PauseAll", method::post, "/api/v1/jobs/pause", job_action::pause, "", "", true},
        ordered{"ResumeAll", method::post, "/api/v1/jobs/resume", job_action::resume, "", "", true},
        ordered{"RemoveAllOfAScript", method::remove, "/api/v1/jobs?script=dns", job_action::remove, "",
                "dns", true}),
    [](const auto& at) { return at.param.name; });

TEST_F(JobRoutes, NeverTakesAMissingTagForAllJobs) {
  const auto found = routes.find(method::remove, {"api", "v1", "jobs", ""}, false);
  EXPECT_EQ(found.matched, nullptr);
}

TEST_F(JobRoutes, SaysWhichJobIsNotThere) {
  EXPECT_THAT(detail(call(method::post, "/api/v1/jobs/nope/run"), 404), HasSubstr("nope"));
}

TEST_F(JobRoutes, ShowsRunsTheLastFirst) {
  hub.finish(make_run("r", "n1", 60, R"({"bytes":12,"a":[1]})"));
  auto failed = make_run("r", "n1", 120, "");
  failed.outcome = job_outcome::failed;
  failed.error = "Error: <b>no</b>";
  failed.console = {"one", "two\nlines"};
  hub.finish(failed);
  const auto items = read("/api/v1/jobs/r/runs")["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["outcome"], "failed");
  EXPECT_TRUE(items[0]["result"].is_null());
  EXPECT_EQ(items[0]["error"], "Error: <b>no</b>");
  EXPECT_EQ(items[0]["console"], (json{"one", "two\nlines"}));
  EXPECT_EQ(items[1], (json{{"id", 1},
                            {"node", "n1"},
                            {"script", "dns"},
                            {"tag", "r"},
                            {"planned", "1970-01-01T00:01:00.000000000Z"},
                            {"started", "1970-01-01T00:01:00.000000000Z"},
                            {"duration_ms", 1.5},
                            {"outcome", "passed"},
                            {"result", {{"bytes", 12}, {"a", {1}}}},
                            {"error", ""},
                            {"console", json::array()},
                            {"stored", "1970-01-01T00:16:41.000000000Z"}}));
}

TEST_F(JobRoutes, PassesEveryFilterOn) {
  read("/api/v1/jobs/r/runs?since=2026-01-31T12:00:00Z&until=2026-02-01T00:00:00.5Z&node=n1&script=dns");
  EXPECT_EQ(hub.last_runs.tag, "r");
  EXPECT_EQ(hub.last_runs.node, "n1");
  EXPECT_EQ(hub.last_runs.script, "dns");
  EXPECT_EQ(to_rfc3339(*hub.last_runs.since), "2026-01-31T12:00:00.000000000Z");
  EXPECT_EQ(to_rfc3339(*hub.last_runs.until), "2026-02-01T00:00:00.500000000Z");
}

TEST_F(JobRoutes, TakesADurationAsThatLongAgo) {
  const auto before = wall_now();
  read("/api/v1/jobs/r/runs?since=1h30m");
  EXPECT_GE(*hub.last_runs.since, before - std::chrono::minutes{90});
  EXPECT_LE(*hub.last_runs.since, wall_now() - std::chrono::minutes{90});
}

TEST_F(JobRoutes, TakesAVeryLongDurationAsEverything) {
  read("/api/v1/jobs/r/runs?since=106000d");
  EXPECT_LE(*hub.last_runs.since, at_second(0));
}

TEST_F(JobRoutes, PagesThroughAllRunsOnce) {
  for (int i = 1; i <= 7; ++i)
    hub.finish(make_run("r", "n1", i, std::to_string(i)));
  std::vector<int> seen;
  std::string cursor;
  do {
    const auto part = read("/api/v1/jobs/r/runs?limit=3" + cursor);
    EXPECT_LE(part["items"].size(), 3U);
    for (const auto& run : part["items"])
      seen.push_back(run["result"]);
    cursor = part["next"].is_null() ? "" : "&cursor=" + std::string{part["next"]};
  } while (!cursor.empty());
  EXPECT_THAT(seen, ElementsAre(7, 6, 5, 4, 3, 2, 1));
}

TEST_F(JobRoutes, FillsAPageFromShortPartsOfTheStore) {
  hub.largest_part = 2;
  for (int i = 1; i <= 7; ++i)
    hub.finish(make_run("r", "n1", i, ""));
  EXPECT_EQ(read("/api/v1/jobs/r/runs?limit=5")["items"].size(), 5U);
  EXPECT_TRUE(read("/api/v1/jobs/r/runs?limit=7")["next"].is_null());
}

TEST_F(JobRoutes, EndsAPageEarlyWhenResultsAreLarge) {
  hub.largest_part = 1;
  for (int i = 1; i <= 12; ++i)
    hub.finish(make_run("r", "n1", i, '"' + std::string(1 << 20, 'x') + '"'));
  const auto part = json::parse(get("/api/v1/jobs/r/runs").body);
  EXPECT_LT(part["items"].size(), 12U);
  EXPECT_FALSE(part["next"].is_null());
}

TEST_F(JobRoutes, ShowsInstantsWithEveryNodesResultSideBySide) {
  hub.all_instants = {
      {at_second(60), "dns", {{"n1", 1, job_outcome::passed, "1", ""}, {"n2", 1, {}, "2", ""}}}};
  const auto item = read("/api/v1/jobs/r/runs?by=instant")["items"][0];
  EXPECT_EQ(item["nodes"][0], (json{{"node", "n1"}, {"outcome", "passed"}, {"result", 1}, {"error", ""}}));
  EXPECT_EQ(item["nodes"][1]["result"], 2);
}

class Aggregates : public JobRoutes {
 protected:
  Aggregates() {
    folded_group group;
    group.node = "n,1";
    group.from = at_second(60);
    group.runs = 3;
    group.values = {{"bytes", 12.5, 3}, {"=cmd()", 1, 1}};
    hub.fold_answer.groups = {group};
    hub.fold_answer.runs = 3;
    hub.fold_answer.numeric = 3;
  }
};

TEST_F(Aggregates, FoldEverythingIntoOneGroupUnlessToldOtherwise) {
  const auto answer = read("/api/v1/jobs/r/aggregate");
  EXPECT_EQ(answer["fold"], "sum");
  EXPECT_TRUE(answer["by"].is_null());
  EXPECT_EQ(answer["groups"][0]["values"][0], (json{{"field", "bytes"}, {"value", 12.5}, {"samples", 3}}));
  EXPECT_FALSE(answer["groups"][0].contains("node"));
  EXPECT_FALSE(answer["groups"][0].contains("from"));
}

TEST_F(Aggregates, FoldByNode) {
  const auto answer = read("/api/v1/jobs/r/aggregate?by=node&fold=p95&field=bytes&node=n1&since=5m");
  EXPECT_EQ(answer["groups"][0]["node"], "n,1");
  EXPECT_EQ(hub.last_fold.kind, fold_kind::p95);
  EXPECT_EQ(hub.last_fold.field, "bytes");
  EXPECT_EQ(hub.last_runs.node, "n1");
  EXPECT_TRUE(hub.last_runs.since);
}

TEST_F(Aggregates, FoldByTime) {
  const auto answer = read("/api/v1/jobs/r/aggregate?by=time&step=1m");
  EXPECT_EQ(answer["groups"][0]["from"], "1970-01-01T00:01:00.000000000Z");
  EXPECT_EQ(hub.last_fold.step, std::chrono::minutes{1});
}

TEST_F(Aggregates, AreCsvWhereThatIsAsked) {
  const auto csv = "node,field,value,samples\r\n\"n,1\",bytes,12.5,3\r\n\"n,1\",'=cmd(),1,1\r\n";
  const auto answer = get("/api/v1/jobs/r/aggregate?by=node&format=csv");
  EXPECT_EQ(answer.body, csv);
  EXPECT_EQ(answer.content_type, "text/csv; charset=utf-8; header=present");
  EXPECT_EQ(get("/api/v1/jobs/r/aggregate?by=node", {{"Accept", "text/CSV;q=0.9"}}).body, csv);
  EXPECT_EQ(header(answer, "Vary"), "Accept");
}

TEST_F(Aggregates, AreJsonWhereBothWouldDo) {
  EXPECT_EQ(get("/api/v1/jobs/r/aggregate", {{"Accept", "text/csv, application/json"}}).body.front(), '{');
  EXPECT_EQ(get("/api/v1/jobs/r/aggregate?format=json", {{"Accept", "text/csv"}}).body.front(), '{');
}

TEST_F(Aggregates, SayTheBucketsStartAsCsvToo) {
  EXPECT_THAT(get("/api/v1/jobs/r/aggregate?by=time&step=1m&format=csv").body,
              HasSubstr("from,field,value,samples\r\n1970-01-01T00:01:00.000000000Z,bytes,12.5,3\r\n"));
  EXPECT_THAT(get("/api/v1/jobs/r/aggregate?format=csv").body, HasSubstr("field,value,samples\r\nbytes,"));
}

} // namespace
} // namespace remora::hub::test
