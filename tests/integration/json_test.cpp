// remora run --json: what it prints is a stream of records, and two runs over one file print the same.

#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using json = nlohmann::ordered_json;

class JsonRun : public ::testing::Test {
 protected:
  static std::vector<json> records_of(const finished& run) {
    std::vector<json> records;
    for (const std::string& line : lines_of(run.out))
      records.push_back(json::parse(line));
    return records;
  }
  static std::vector<std::string> members_of(const json& record) {
    std::vector<std::string> names;
    for (const auto& member : record.items())
      names.push_back(member.key());
    return names;
  }

  work_folder folder_;
  std::string capture_ = folder_.file("traffic.pcap", steady_capture(110, second_ns));
};

TEST_F(JsonRun, HasTheMembersOfItsInterfaceInTheirOrder) {
  const auto script = folder_.file("a.js",
                                   "// a\nvar n = 0; function onPacketCaptured() { n++; }\n"
                                   "jobs.schedule('count', '0 * * * * *', function () { console.log('n', n); "
                                   "return {n: n, u: '\\u00b5'}; });");
  const auto run = remora({"run", "--json", script, "-r", capture_, "--node-name", "n1"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto records = records_of(run);
  ASSERT_EQ(records.size(), 5u) << run.out; // two full minutes, each a line and a job, and the summary
  EXPECT_EQ(records[0].dump(),
            R"({"type":"console","time":"2023-11-14T22:14:00.000000000Z","node":"n1","script":"a",)"
            R"("level":"log","text":"n 40"})");
  EXPECT_THAT(members_of(records[1]), ElementsAre("type", "script", "tag", "planned", "started",
                                                  "duration_ms", "outcome", "result", "error", "console"));
  EXPECT_EQ(records[1]["planned"], "2023-11-14T22:14:00.000000000Z");
  EXPECT_EQ(records[1]["outcome"], "passed");
  EXPECT_EQ(records[1]["result"].dump(), "{\"n\":40,\"u\":\"\xC2\xB5\"}");
  EXPECT_TRUE(records[1]["error"].is_null());
  EXPECT_EQ(records[1]["console"].dump(), R"(["n 40"])");
  EXPECT_EQ(records[3]["result"]["n"], 100);
  EXPECT_EQ(records[4].dump(),
            R"({"type":"summary","packets":110,"bytes":11000,"items":{},"hook_calls":110,"script_errors":0,)"
            R"("dropped":0,"seconds":109})");
}

TEST_F(JsonRun, RecordsAJobThatFails) {
  const auto script = folder_.file("a.js", "jobs.schedule('bad', '0 * * * * *', function () { null.x; });");
  const auto records = records_of(remora({"run", "--json", "-q", script, "-r", capture_}));
  const auto job =
      std::find_if(records.begin(), records.end(), [](const json& r) { return r["type"] == "job"; });
  ASSERT_NE(job, records.end());
  EXPECT_EQ((*job)["outcome"], "failed");
  EXPECT_TRUE((*job)["result"].is_null());
  EXPECT_THAT((*job)["error"].get<std::string>(), HasSubstr("TypeError"));
}

TEST_F(JsonRun, RecordsAJobThatUsesUpItsTime) {
  const auto script =
      folder_.file("a.js", "jobs.schedule('long', '0 14 * * * *', function () { for (;;); });");
  const auto records = records_of(
      remora({"run", "--json", "-q", script, "-r", capture_, "--set", "scripting.limits.job=100ms"}));
  const auto job =
      std::find_if(records.begin(), records.end(), [](const json& r) { return r["type"] == "job"; });
  ASSERT_NE(job, records.end());
  EXPECT_EQ((*job)["outcome"], "timed_out");
}

TEST_F(JsonRun, StaysWellFormedWhateverAScriptPrints) {
  const auto script = folder_.file(
      "a.js", "// t\\u \"quoted\"\nconsole.log('\\ud83d\\ude00', '\\ud800', '\\0\\n\\u2028', '\\x7f');");
  const auto records = records_of(remora({"run", "--json", "-q", script, "-r", capture_}));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0]["text"].get<std::string>(),
            std::string("\xF0\x9F\x98\x80 \xEF\xBF\xBD ") + '\0' + "\n\xE2\x80\xA8 \x7F");
}

/// Scripts that do all that could make two runs differ.
std::vector<std::string> restless_scripts(const work_folder& folder) {
  return {folder.file(
              "1.js",
              "// dice\nthis.rolls = 0; var self = this;\n"
              "function onPacketCaptured(i) { if (Math.random() < 0.2) { this.rolls++;"
              " console.log(i.timestamp, this.rolls, Math.random()); } }\n"
              "jobs.schedule('dice', '*/7 * * * * *', function () { return [this.rolls, Math.random()]; });"),
          folder.file(
              "2.js",
              "// clock\nvar ticks = 0;\n"
              "setInterval(function () { ticks++; console.log(new Date().toISOString(), ticks); }, 3333);\n"
              "function onPacketCaptured() { if (ticks % 5 === 0) setTimeout(function () {"
              " console.warn('late', Date.now()); }, 1500); }\n"
              "jobs.schedule('clock', '*/5 * * * * *', function () { return {at: Date.now(), t: ticks}; });"),
          folder.file("3.js",
                      "// reader\nvar last;\n"
                      "jobs.schedule('read', '*/2 * * * * *', function () {"
                      " if (this.rolls !== last) { last = this.rolls; console.log('rolls', last); } });\n"
                      "function onJobPassed(tag) { if (tag === 'dice') console.info('passed', tag); }")};
}

TEST_F(JsonRun, PrintsTheSameBytesEveryTime) {
  std::vector<std::string> command{"run", "--json", "-r", capture_, "--run-jobs-at-end"};
  for (const std::string& script : restless_scripts(folder_))
    command.push_back(script);
  const auto first = remora(command);
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_GT(records_of(first).size(), 150u);
  for (int again = 0; again < 4; ++again) {
    const auto other = remora(command);
    ASSERT_EQ(first.out, other.out) << "run " << again + 2 << " differs";
  }
}

} // namespace
} // namespace remora::test
