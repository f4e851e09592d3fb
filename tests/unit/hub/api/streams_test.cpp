#include "schema_check.hpp"
#include "stream_fixture.hpp"

namespace remora::hub::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// The texts of console lines that came as JSON.
std::vector<std::string> texts_of(const std::vector<std::string>& messages) {
  std::vector<std::string> texts;
  for (const auto& message : messages)
    texts.push_back(json::parse(message).value("text", message));
  return texts;
}

TEST_F(Streams, SendLinesAsTheyArePrinted) {
  hub.print("before");
  const auto console = open("/api/v1/console");
  hub.print("one");
  hub.print("two\n");
  EXPECT_THAT(texts_of(console.next(2)), ElementsAre("one", "two\n"));
}

TEST_F(Streams, SendALineInTheShapeOfTheList) {
  const auto console = open("/api/v1/console");
  hub.print("one", "n1", "dns", console_level::warn);
  const auto line = console.next();
  EXPECT_EQ(json::parse(line), json::parse(get("/api/v1/console").body)["items"][0]);
}

TEST_F(Streams, BeginWithTheLastLinesWhenAsked) {
  for (int i = 1; i <= 5; ++i)
    hub.print(std::to_string(i));
  const auto console = open("/api/v1/console?tail=2");
  hub.print("6");
  EXPECT_THAT(texts_of(console.next(3)), ElementsAre("4", "5", "6"));
}

TEST_F(Streams, CountOnlyMatchingLinesInATail) {
  for (int i = 1; i <= 9; ++i)
    hub.print(std::to_string(i), "n1", i % 3 == 0 ? "http" : "dns");
  hub.largest_part = 1;
  const auto console = open("/api/v1/console?tail=2&script=http");
  hub.print("10", "n1", "dns");
  hub.print("11", "n1", "http");
  EXPECT_THAT(texts_of(console.next(3)), ElementsAre("6", "9", "11"));
}

TEST_F(Streams, GiveALongTailWhole) {
  for (int i = 1; i <= 500; ++i)
    hub.print(std::to_string(i));
  const auto console = open("/api/v1/console?tail=400");
  const auto texts = texts_of(console.next(400));
  EXPECT_EQ(texts.front(), "101");
  EXPECT_EQ(texts.back(), "500");
}

TEST_F(Streams, MissNothingWhenAClientComesBack) {
  std::int64_t last = 0;
  std::vector<std::string> seen;
  for (int round = 0; round < 3; ++round) {
    const auto console = open("/api/v1/console?after=" + std::to_string(last));
    for (int i = 0; i < 3; ++i)
      hub.print(std::to_string(round * 10 + i));
    for (const auto& message : console.next(3)) {
      last = json::parse(message)["id"];
      seen.push_back(json::parse(message)["text"]);
    }
    console.events.on_close();
    hub.print("while away " + std::to_string(round));
    const auto back = open("/api/v1/console?after=" + std::to_string(last));
    const auto missed = json::parse(back.next());
    last = missed["id"];
    seen.push_back(missed["text"]);
  }
  EXPECT_THAT(seen, ElementsAre("0", "1", "2", "while away 0", "10", "11", "12", "while away 1", "20", "21",
                                "22", "while away 2"));
}

TEST_F(Streams, BeginAnewWhenTheStoreDid) {
  hub.print("old");
  hub.print("old");
  const auto stays = open("/api/v1/console");
  hub.clear_lines();
  hub.print("new");
  EXPECT_THAT(stays.next(), HasSubstr("new"));
  const auto comes_back = open("/api/v1/console?after=2");
  EXPECT_THAT(comes_back.next(), HasSubstr("new"));
}

TEST_F(Streams, FilterByScriptNodeAndLevel) {
  const auto console = open("/api/v1/console?script=dns&node=n1&level=warn");
  hub.print("no", "n1", "http", console_level::error);
  hub.print("no", "n2", "dns", console_level::error);
  hub.print("no", "n1", "dns", console_level::log);
  hub.print("yes", "n1", "dns", console_level::warn);
  EXPECT_THAT(texts_of({console.next()}), ElementsAre("yes"));
}

TEST_F(Streams, HoldBackWhatASlowClientHasNoRoomFor) {
  const auto slow = open("/api/v1/console");
  const auto quick = open("/api/v1/console");
  const std::string large(50'000, 'x');
  for (int i = 0; i < 200; ++i)
    hub.print(large + std::to_string(i));
  for (int i = 0; i < 200; ++i)
    EXPECT_THAT(quick.next(), HasSubstr(large + std::to_string(i) + '"'));
  EXPECT_LT(slow.client->waiting_bytes(), 1'000'000U);
  for (int i = 0; i < 200; ++i)
    EXPECT_THAT(slow.next(), HasSubstr(large + std::to_string(i) + '"'));
  EXPECT_EQ(slow.client->dropped(), 0U);
}

TEST_F(Streams, SendManySmallLinesWithoutDroppingAny) {
  const auto console = open("/api/v1/console");
  for (int i = 0; i < 20'000; ++i)
    hub.print(std::to_string(i));
  for (int i = 0; i < 20'000; ++i)
    ASSERT_EQ(json::parse(console.next())["text"], std::to_string(i));
  EXPECT_EQ(console.client->dropped(), 0U);
}

TEST_F(Streams, SendRunsInTheShapeOfTheList) {
  hub.finish(make_run("r", "n1", 60, "1"));
  const auto jobs = open("/api/v1/jobs?tag=r&node=n1&script=dns");
  hub.finish(make_run("other", "n1", 61, "2"));
  hub.finish(make_run("r", "n2", 62, "3"));
  hub.finish(make_run("r", "n1", 63, R"({"a":4})"));
  const auto run = json::parse(jobs.next());
  EXPECT_EQ(run["result"], (json{{"a", 4}}));
  EXPECT_EQ(run, read("/api/v1/jobs/r/runs?node=n1")["items"][0]);
}

TEST_F(Streams, MissNoRunWhenAClientComesBack) {
  hub.finish(make_run("r", "n1", 60, "1"));
  hub.finish(make_run("r", "n1", 61, "2"));
  const auto jobs = open("/api/v1/jobs?after=1");
  EXPECT_EQ(json::parse(jobs.next())["result"], 2);
}

TEST_F(Streams, CloseAClientWithWrongParametersAndSayWhy) {
  for (const auto& [target, says] : std::vector<std::pair<std::string, std::string>>{
           {"/api/v1/console?scrip=dns", "did you mean"},
           {"/api/v1/console?tail=-1", "\"tail\" must be"},
           {"/api/v1/console?tail=1&after=1", "give one of them"},
           {"/api/v1/console?level=loud", "\"level\" must be"},
           {"/api/v1/jobs?after=x", "\"after\" must be"},
           {"/api/scripts/logs?format=xml", "\"format\" must be text or json"}}) {
    const auto stream = open(target);
    const auto why = json::parse(stream.next())["error"].get<std::string>();
    EXPECT_THAT(why, HasSubstr(says)) << target;
    EXPECT_THAT(stream.next(), StartsWith("closed 1008 ")) << target;
  }
}

TEST_F(Streams, CloseAClientWhenTheHubFailsAndHideWhy) {
  const auto console = open("/api/v1/console");
  hub.fail_with(error{errc::io_failed, "/var/lib/remora: disk failure"});
  hub.tell(topic::console);
  const auto closed = console.next();
  EXPECT_THAT(closed, StartsWith("closed 1011 "));
  EXPECT_THAT(closed, testing::Not(HasSubstr("/var/lib")));
  const auto late = open("/api/v1/console");
  EXPECT_THAT(late.next(), testing::Not(HasSubstr("/var/lib")));
  EXPECT_THAT(late.next(), StartsWith("closed 1011 "));
}

TEST_F(Streams, EndWithTheRoutes) {
  const auto console = open("/api/v1/console");
  EXPECT_EQ(hub.listeners(), 1U);
  routes = http::router{};
  EXPECT_EQ(hub.listeners(), 0U);
  hub.print("heard by nobody");
  console.events.on_close();
  EXPECT_EQ(console.client->waiting_bytes(), 0U);
}

TEST_F(Streams, SendNothingToAClientThatHasGone) {
  const auto gone = open("/api/v1/console");
  gone.events.on_close();
  const auto stays = open("/api/v1/console");
  hub.print("one");
  EXPECT_THAT(stays.next(), HasSubstr("one"));
  EXPECT_EQ(gone.client->waiting_bytes(), 0U);
}

class LogStream : public Streams {
 protected:
  LogStream() {
    hub.all_scripts = {make_script("dns", "", 4)};
    hub.newest_generation = 4;
  }
};

TEST_F(LogStream, PrefixesLinesWithNodeAndIndex) {
  const auto logs = open("/api/scripts/logs");
  hub.print("hello");
  hub.print("broken", "n2", "dns", console_level::error);
  hub.print("warned", "n2", "dns", console_level::warn);
  EXPECT_THAT(logs.next(3), ElementsAre("[n1-4] hello", "[n2-4:ERROR] broken", "[n2-4] warned"));
}

TEST_F(LogStream, AnswersAtTheOldPathToo) {
  const auto logs = open("/scripts/logs");
  hub.print("hello");
  EXPECT_EQ(logs.next(), "[n1-4] hello");
}

TEST_F(LogStream, ReplaysTheLinesThatAreKept) {
  for (int i = 1; i <= 1200; ++i)
    hub.print(std::to_string(i));
  EXPECT_EQ(open("/api/scripts/logs").next(), "[n1-4] 201");
  EXPECT_EQ(open("/api/scripts/logs?tail=1").next(), "[n1-4] 1200");
}

TEST_F(LogStream, KeepsATextFromPassingForAnotherLine) {
  const auto logs = open("/api/scripts/logs");
  hub.print("a\r\n[n1-0:ERROR] b\x07\tc \x1b[31mred\x1b[0m \\n");
  EXPECT_EQ(logs.next(), "[n1-4] a\\r\\n[n1-0:ERROR] b\\x07\tc \x1b[31mred\x1b[0m \\n");
}

TEST_F(LogStream, FollowsTheScriptsIndex) {
  const auto logs = open("/api/scripts/logs");
  hub.print("one");
  EXPECT_EQ(logs.next(), "[n1-4] one");
  hub.print("two", "n1", "gone");
  EXPECT_EQ(logs.next(), "[n1-?] two");
}

TEST_F(LogStream, GivesJsonWhenAsked) {
  const auto logs = open("/api/scripts/logs?format=json");
  hub.print("one", "n1", "dns", console_level::error);
  hub.print("two", "n1", "gone");
  EXPECT_EQ(json::parse(logs.next()), (json{{"time", "1970-01-01T00:00:01.000000000Z"},
                                            {"node", "n1"},
                                            {"index", 4},
                                            {"title", "dns"},
                                            {"level", "error"},
                                            {"text", "one"},
                                            {"seq", 1}}));
  EXPECT_TRUE(json::parse(logs.next())["index"].is_null());
}

} // namespace
} // namespace remora::hub::test
