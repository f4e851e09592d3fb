// What the commands of `remora` that talk to a hub ask it, and what they make of its answers.

#include <gmock/gmock.h>

#include "tests/unit/cli/hub_fixture.hpp"
#include "tests/unit/cli/raw_server.hpp"

namespace remora::cli::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* one_node =
    R"({"items":[{"name":"n1","address":"10.0.0.1","version":"0.1.0","condition":"up","up_since":"2026-01-01T00:00:00.000000000Z",)"
    R"("last_seen":"2026-01-01T00:01:00.000000000Z","clock_offset_ms":1.5,"packets_per_second":12.5049,"current":true,"generation":3,)"
    R"("packets":100,"dropped":{"kernel":1,"interface":2,"decode":3},"waiting_records":0,"scripts":2}],"next":null})";

class Remote : public HubTest {};

TEST_F(Remote, EndsWith3AndSaysWhatToCheckWhenNobodyListens) {
  EXPECT_EQ(remora({"nodes", "--hub", "http://127.0.0.1:1"}), 3);
  EXPECT_THAT(err(), AllOf(HasSubstr("http://127.0.0.1:1 cannot be reached"), HasSubstr("remora-hub")));
  EXPECT_THAT(out(), IsEmpty());
}

TEST_F(Remote, EndsWith4WhenTheHubWantsAToken) {
  options_.tokens = {{"ci", config::role::viewer, "viewer-token-0123456"}};
  answers("/nodes", one_node);
  EXPECT_EQ(remora_at_hub({"nodes"}), 4);
  EXPECT_THAT(err(), HasSubstr("role viewer"));
}

TEST_F(Remote, TakesTheTokenFromTheEnvironment) {
  options_.tokens = {{"ci", config::role::viewer, "viewer-token-0123456"}};
  answers("/nodes", one_node);
  where_.environment["REMORA_TOKEN"] = "viewer-token-0123456";
  EXPECT_EQ(remora_at_hub({"nodes"}), 0) << err();
}

TEST_F(Remote, TakesTheTokenFromAFileAndWarnsWhenOthersMayReadIt) {
  options_.tokens = {{"ci", config::role::viewer, "viewer-token-0123456"}};
  answers("/nodes", one_node);
  remora::test::working_folder::write("token", "viewer-token-0123456\n");
  ::chmod("token", 0644);
  where_.environment["REMORA_TOKEN"] = "something-else";
  EXPECT_EQ(remora_at_hub({"nodes", "--token-file", "token"}), 0) << err();
  EXPECT_THAT(err(), AllOf(HasSubstr("chmod 600 token"), Not(HasSubstr("viewer-token"))));
}

TEST_F(Remote, SendsNothingButATokenAsToken) {
  where_.environment["REMORA_TOKEN"] = "a\r\nX-Evil: 1";
  EXPECT_EQ(remora({"nodes"}), 2);
  EXPECT_THAT(err(), Not(HasSubstr("Evil")));
}

TEST_F(Remote, WarnsBeforeATokenGoesOverTheNetworkInPlainText) {
  where_.environment["REMORA_TOKEN"] = "viewer-token-0123456";
  EXPECT_EQ(remora({"nodes", "--hub", "http://no-such-host.invalid"}), 3);
  EXPECT_THAT(err(), AllOf(HasSubstr("https:// protects it"), Not(HasSubstr("viewer-token"))));
}

TEST_F(Remote, EndsWith2OnAnAddressThatIsNone) { EXPECT_EQ(remora({"nodes", "--hub", "ftp://x"}), 2); }

TEST_F(Remote, EndsWith1AndTheDetailOfTheProblem) {
  on(http::method::get, "/nodes",
     [](const http::request& asked) { return http::problem(503, "the disk is full", asked.path); });
  EXPECT_EQ(remora_at_hub({"nodes"}), 1);
  EXPECT_THAT(err(), HasSubstr("the disk is full"));
}

TEST_F(Remote, SaysThatItIsRemorasOwnTraffic) {
  std::string mark;
  on(http::method::get, "/nodes", [&](const http::request& asked) {
    mark = std::string{asked.header("X-Kubeshark-Capture").value_or("")};
    return http::json_response(one_node);
  });
  remora_at_hub({"nodes"});
  EXPECT_EQ(mark, "ignore");
}

TEST_F(Remote, NodesAreATableOfTabsForPrograms) {
  answers("/nodes", one_node);
  EXPECT_EQ(remora_at_hub({"nodes"}), 0) << err();
  EXPECT_EQ(
      out(),
      "NODE\tSTATE\tADDRESS\tVERSION\tUP SINCE\tLAST SEEN\tPACKETS/S\tPACKETS\tDROPPED\tWAITING\tSCRIPTS\t"
      "DEPLOYMENT\tCLOCK\n"
      "n1\tup\t10.0.0.1\t0.1.0\t2026-01-01T00:00:00.000000000Z\t2026-01-01T00:01:00.000000000Z\t12."
      "5\t100\t6\t0\t"
      "2\tcurrent 3\t+1.5 ms\n");
}

TEST_F(Remote, NodesAreWhatTheApiSaysWithJson) {
  answers("/nodes", one_node);
  EXPECT_EQ(remora_at_hub({"nodes", "--json"}), 0) << err();
  EXPECT_EQ(out(), std::string{one_node} + '\n');
}

TEST_F(Remote, BearsAHubThatSaysLessThanItExpects) {
  answers("/nodes", R"({"items":[{},{"name":5,"dropped":[]},7],"next":null})");
  EXPECT_EQ(remora_at_hub({"nodes"}), 0) << err();
}

TEST_F(Remote, SaysWhatToDoWhenThereIsNoNode) {
  answers("/nodes", R"({"items":[],"next":null})");
  EXPECT_EQ(remora_at_hub({"nodes"}), 0);
  EXPECT_THAT(err(), HasSubstr("start remora-worker"));
}

class RemoteScripts : public HubTest {
 protected:
  RemoteScripts() {
    answers(
        "/scripts",
        R"({"items":[{"index":0,"title":"dns watch","hash":"aa","active":true,"origin":"api","file":"","version":1,)"
        R"("created":"2026-01-01T00:00:00.000000000Z","changed":"2026-01-01T00:00:00.000000000Z","bytes":7},)"
        R"({"index":1,"title":"7","hash":"bb","active":false,"origin":"file","file":"/s/7.js","version":2,"bytes":9}],)"
        R"("next":null,"generation":2})");
    on(http::method::get, "/scripts/{title}", [](const http::request& asked) {
      if (asked.parameter("title") == "none")
        return http::problem(404, "no script is titled \"none\"", asked.path);
      return http::json_response(R"({"title":"dns watch","code":"// dns watch\n\u001b[2J"})");
    });
  }
};

TEST_F(RemoteScripts, AreListed) {
  EXPECT_EQ(remora_at_hub({"scripts", "list"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("0\tdns watch\tactive\tapi\t\t7\t2026-01-01T00:00:00.000000000Z\taa\n"));
  EXPECT_THAT(out(), HasSubstr("1\t7\tinactive\tfile\t/s/7.js\t9\t-\tbb\n"));
}

TEST_F(RemoteScripts, AreShownByteByByteIntoAFile) {
  EXPECT_EQ(remora_at_hub({"scripts", "show", "dns watch"}), 0) << err();
  EXPECT_EQ(out(), "// dns watch\n\x1b[2J");
  EXPECT_THAT(lines(), ElementsAre("GET /api/v1/scripts/dns%20watch"));
}

TEST_F(RemoteScripts, AreFoundByTheirIndexUnlessItIsATitle) {
  EXPECT_EQ(remora_at_hub({"scripts", "show", "0"}), 0);
  EXPECT_EQ(remora_at_hub({"scripts", "show", "7"}), 0);
  EXPECT_THAT(lines(), ElementsAre("GET /api/v1/scripts", "GET /api/v1/scripts/dns%20watch",
                                   "GET /api/v1/scripts", "GET /api/v1/scripts/7"));
  EXPECT_EQ(remora_at_hub({"scripts", "show", "12"}), 1);
  EXPECT_THAT(err(), HasSubstr("remora scripts list"));
}

TEST_F(RemoteScripts, ThatDoNotExistAreNamed) {
  EXPECT_EQ(remora_at_hub({"scripts", "show", "none"}), 1);
  EXPECT_THAT(err(), HasSubstr("no script is titled"));
  EXPECT_EQ(remora_at_hub({"scripts", "show"}), 2);
  EXPECT_EQ(remora_at_hub({"scripts", "show", "a", "b"}), 2);
}

TEST_F(RemoteScripts, AreActivatedDeactivatedAndRemoved) {
  answers("/scripts/{title}/activate", "{}", http::method::post);
  answers("/scripts/{title}/deactivate", "{}", http::method::post);
  on(http::method::remove, "/scripts/{title}", [](const http::request&) { return http::no_content(); });
  EXPECT_EQ(remora_at_hub({"scripts", "activate", "a/b", "c"}), 0) << err();
  EXPECT_EQ(remora_at_hub({"scripts", "deactivate", "c"}), 0) << err();
  EXPECT_EQ(remora_at_hub({"scripts", "remove", "c"}), 0) << err();
  EXPECT_THAT(lines(), ElementsAre("POST /api/v1/scripts/a%2Fb/activate", "POST /api/v1/scripts/c/activate",
                                   "POST /api/v1/scripts/c/deactivate", "DELETE /api/v1/scripts/c"));
  EXPECT_EQ(out(), "a/b: active\nc: active\nc: inactive\nc: removed\n");
}

TEST_F(RemoteScripts, GoOnWithTheOthersWhenOneIsMissing) {
  on(http::method::remove, "/scripts/{title}", [](const http::request& asked) {
    return asked.parameter("title") == "a" ? http::problem(404, "no a", asked.path) : http::no_content();
  });
  EXPECT_EQ(remora_at_hub({"scripts", "remove", "a", "b"}), 1);
  EXPECT_EQ(out(), "b: removed\n");
}

TEST_F(RemoteScripts, SayHowTheyFareOnEachNode) {
  answers(
      "/scripts/{title}/status",
      R"({"title":"dns watch","hash":"bb","items":[{"node":"n1","node_up":true,"state":"failed","current":false,)"
      R"("running_hash":"aa","wanted_hash":"bb","since":"2026-01-01T00:00:00.000000000Z","retry":null,)"
      R"("error":"dns.js:1:2: what\nmore","hook_calls":5,"errors":1,"dropped_events":2,"dropped_lines":3,"suspensions":0}]})");
  EXPECT_EQ(remora_at_hub({"scripts", "status", "dns watch"}), 0) << err();
  EXPECT_THAT(
      out(),
      HasSubstr("dns watch\tn1\tfailed\tolder\t2026-01-01T00:00:00.000000000Z\t5\t1\t5\tdns.js:1:2: what\n"));
}

TEST_F(RemoteScripts, SayTheStatusOfAll) {
  answers(
      "/script-status",
      R"({"items":[{"title":"a","nodes":[{"node":"n1","node_up":false,"state":"waiting"}]}],"next":null})");
  EXPECT_EQ(remora_at_hub({"scripts", "status"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("a\tn1 (away)\twaiting\tnone\t-\t0\t0\t0\t\n"));
}

class RemoteJobs : public HubTest {
 protected:
  RemoteJobs() {
    answers(
        "/jobs",
        R"({"items":[{"tag":"report","script":"dns","cron":"0 * * * * *","timezone":"UTC","condition":"scheduled",)"
        R"("next":"2026-01-01T00:01:00.000000000Z","last_planned":null,"last_outcome":null,"nodes":[)"
        R"({"node":"n1","node_up":true,"runs":4,"limit":0,"next":null,"paused":false},)"
        R"({"node":"n2","node_up":false,"runs":3,"limit":0,"next":null,"paused":true}]}]})");
    answers(
        "/jobs/{tag}/runs",
        R"({"items":[{"node":"n1","script":"dns","tag":"report","planned":"2026-01-01T00:00:00.000000000Z","started":null,)"
        R"("duration_ms":1.5,"outcome":"failed","result":{"a":[1]},"error":"TypeError: x\n at y","console":[]}],"next":null})");
    answers(
        "/jobs/{tag}/aggregate",
        R"({"tag":"report","fold":"p95","by":"node","runs":3,"numeric":1,"not_numeric":1,"without_result":1,)"
        R"("groups":[{"node":"n1","runs":3,"values":[{"field":"bytes","value":12.5,"samples":2}]}]})");
  }
};

TEST_F(RemoteJobs, AreListedWithTheirNodes) {
  EXPECT_EQ(remora_at_hub({"jobs", "list"}), 0) << err();
  EXPECT_THAT(
      out(),
      HasSubstr(
          "report\tdns\t0 * * * * *\tUTC\tpaused on 1\t2026-01-01T00:01:00.000000000Z\t-\t-\t7\t1/2\n"));
}

TEST_F(RemoteJobs, AreListedAsCsv) {
  EXPECT_EQ(remora_at_hub({"jobs", "list", "--csv"}), 0) << err();
  EXPECT_THAT(out(),
              HasSubstr("tag,script,cron,zone,state,next_run,last_run,outcome,runs,nodes_up\r\nreport,dns,"));
}

TEST_F(RemoteJobs, AreOrderedByTagOrAll) {
  const std::string said = R"({"nodes":["n1","n2"],"missing":["n3"]})";
  answers("/jobs/{tag}/run", said, http::method::post);
  answers("/jobs/pause", said, http::method::post);
  answers("/jobs", said, http::method::remove);
  EXPECT_EQ(remora_at_hub({"jobs", "run", "my job", "--script", "dns"}), 0) << err();
  EXPECT_EQ(remora_at_hub({"jobs", "pause", "--all"}), 0) << err();
  EXPECT_EQ(remora_at_hub({"jobs", "remove", "--all"}), 0) << err();
  EXPECT_THAT(lines(), ElementsAre("POST /api/v1/jobs/my%20job/run", "POST /api/v1/jobs/pause",
                                   "DELETE /api/v1/jobs"));
  EXPECT_EQ(asked().front().value("script"), "dns");
  EXPECT_THAT(out(), HasSubstr("my job: sent to n1, n2\nall jobs: sent to n1, n2\n"));
  EXPECT_THAT(err(), HasSubstr("my job: not sent to n3"));
}

TEST_F(RemoteJobs, EndWith1WhenNoNodeWasTold) {
  answers("/jobs/{tag}/run", R"({"nodes":[],"missing":["n3"]})", http::method::post);
  EXPECT_EQ(remora_at_hub({"jobs", "run", "x"}), 1);
}

TEST_F(RemoteJobs, AreNeverAllByMistake) {
  answers("/jobs", "{}", http::method::remove);
  EXPECT_EQ(remora_at_hub({"jobs", "remove"}), 2);
  EXPECT_EQ(remora_at_hub({"jobs", "remove", ""}), 2);
  EXPECT_EQ(remora_at_hub({"jobs", "remove", "x", "--all"}), 2);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(RemoteJobs, ShowTheirRuns) {
  EXPECT_EQ(remora_at_hub({"jobs", "runs", "report", "--since", "1h", "--node", "n1", "--limit", "5"}), 0)
      << err();
  EXPECT_EQ(out(),
            "PLANNED\tNODE\tSCRIPT\tOUTCOME\tDURATION\tRESULT\tERROR\n"
            "2026-01-01T00:00:00.000000000Z\tn1\tdns\tfailed\t1.5\t{\"a\":[1]}\tTypeError: x\n");
  EXPECT_EQ(asked().front().query, (http::fields{{"since", "1h"}, {"node", "n1"}, {"limit", "5"}}));
}

TEST_F(RemoteJobs, FoldTheirResults) {
  EXPECT_EQ(
      remora_at_hub({"jobs", "aggregate", "report", "--fold", "p95", "--by", "node", "--field", "bytes"}), 0)
      << err();
  EXPECT_EQ(out(), "NODE\tRUNS\tFIELD\tp95\tSAMPLES\nn1\t3\tbytes\t12.5\t2\n");
  EXPECT_THAT(err(), AllOf(HasSubstr("1 of 3 runs have no number"), HasSubstr("1 of 3 runs have no result")));
  EXPECT_EQ(asked().front().query, (http::fields{{"fold", "p95"}, {"by", "node"}, {"field", "bytes"}}));
}

TEST_F(RemoteJobs, LetTheHubWriteCsv) {
  EXPECT_EQ(remora_at_hub({"jobs", "aggregate", "report", "--csv"}), 0) << err();
  EXPECT_EQ(asked().front().value("format"), "csv");
}

class WrongJobOptions : public RemoteJobs, public ::testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(WrongJobOptions, AreRefusedBeforeTheHubIsAsked) {
  auto line = GetParam();
  line.insert(line.begin(), "jobs");
  EXPECT_EQ(remora_at_hub(line), 2);
  EXPECT_THAT(lines(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Lines, WrongJobOptions,
                         ::testing::Values(std::vector<std::string>{"runs"},
                                           std::vector<std::string>{"runs", "t", "--since", "soon"},
                                           std::vector<std::string>{"runs", "t", "--limit", "0"},
                                           std::vector<std::string>{"aggregate", "t", "--fold", "mean"},
                                           std::vector<std::string>{"aggregate", "t", "--by", "time"},
                                           std::vector<std::string>{"aggregate", "t", "--step", "1m"},
                                           std::vector<std::string>{"aggregate", "t", "--by", "time",
                                                                    "--step", "0s"}));

} // namespace
} // namespace remora::cli::test
