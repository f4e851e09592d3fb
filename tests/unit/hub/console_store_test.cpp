#include "hub/store/console_store.hpp"

#include <gmock/gmock.h>

#include "hub/store/job_definition_store.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using protocol::numbered_line;
using test::at_second;
using test::must;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

numbered_line line(std::uint64_t sequence, const std::string& text, const std::string& node = "n1",
                   const std::string& script = "Dns", console_level level = console_level::log) {
  return {sequence, {at_second(static_cast<std::int64_t>(sequence)), node, script, level, text}};
}

class ConsoleStore : public test::StoreTest {
 protected:
  console_store console() { return console_store{data()}; }
  line_counts append(const std::vector<numbered_line>& lines, std::uint64_t incarnation = 1) {
    return must(console().append(incarnation, lines, at_second(50)));
  }
  std::vector<std::string> texts(const line_filter& which = {}, std::size_t limit = 100) {
    std::vector<std::string> all;
    std::string cursor;
    do {
      const auto part = must(console().lines(which, limit, cursor));
      for (const auto& found : part.records)
        all.push_back(found.line.text);
      cursor = part.next;
    } while (!cursor.empty());
    return all;
  }
};

TEST_F(ConsoleStore, GivesBackLinesNewestFirst) {
  append({line(1, "a"), line(2, "b")});
  reopen();
  EXPECT_THAT(texts(), ElementsAre("b", "a"));
  const auto found = must(console().lines({}, 1)).records.front().line;
  EXPECT_EQ(found.node, "n1");
  EXPECT_EQ(found.script, "Dns");
  EXPECT_EQ(found.level, console_level::log);
  EXPECT_EQ(found.time, at_second(2));
}

TEST_F(ConsoleStore, StoresALineOnceHoweverOftenItComes) {
  EXPECT_EQ(append({line(1, "a"), line(2, "b")}).stored, 2u);
  const auto again = append({line(2, "b"), line(3, "c")});
  EXPECT_EQ(again.stored, 1u);
  EXPECT_EQ(again.repeated, 1u);
  EXPECT_THAT(texts(), ElementsAre("c", "b", "a"));
}

TEST_F(ConsoleStore, StoresLinesOfSeveralNodesAtOnce) {
  const auto counts = must(console().append(
      {{7, {line(1, "a", "n1"), line(2, "b", "n1")}}, {3, {line(1, "c", "n2")}}, {7, {line(2, "b", "n1")}}},
      at_second(50)));
  EXPECT_EQ(counts.stored, 3u);
  EXPECT_EQ(counts.repeated, 1u);
  EXPECT_THAT(texts(), ElementsAre("c", "b", "a"));
}

TEST_F(ConsoleStore, KnowsARepeatedLineAlsoAfterItWasDeleted) {
  append({line(1, "a")});
  must(data().run("DELETE FROM line"));
  EXPECT_EQ(append({line(1, "a")}).repeated, 1u);
}

TEST_F(ConsoleStore, TakesTheNumbersOfANewLifeOfANode) {
  append({line(5, "old")}, 1);
  EXPECT_EQ(append({line(1, "new")}, 2).stored, 1u);
  EXPECT_EQ(append({line(6, "late")}, 1).repeated, 1u);
}

TEST_F(ConsoleStore, CountsTheNumbersOfEachNode) {
  append({line(1, "a", "n1"), line(1, "b", "n2")});
  EXPECT_THAT(texts(), ElementsAre("b", "a"));
}

TEST_F(ConsoleStore, FiltersByScriptNodeLevelAndTime) {
  append({line(1, "a", "n1", "Dns"), line(2, "b", "n1", "Http", console_level::error),
          line(3, "c", "n1", "Dns")});
  append({line(4, "d", "n2", "Dns", console_level::warn)});
  EXPECT_THAT(texts({"Dns", "", console_level::debug, {}, {}}), ElementsAre("d", "c", "a"));
  EXPECT_THAT(texts({"", "n2", console_level::debug, {}, {}}), ElementsAre("d"));
  EXPECT_THAT(texts({"", "", console_level::warn, {}, {}}), ElementsAre("d", "b"));
  EXPECT_THAT(texts({"", "", console_level::debug, at_second(2), at_second(4)}), ElementsAre("c", "b"));
}

TEST_F(ConsoleStore, PagesThroughAllLinesWithoutGapOrRepetition) {
  std::vector<numbered_line> many;
  for (std::uint64_t i = 1; i <= 17; ++i)
    many.push_back(line(i, std::to_string(i)));
  append(many);
  for (std::size_t limit = 1; limit < 20; ++limit)
    EXPECT_EQ(texts({}, limit), texts()) << limit;
}

TEST_F(ConsoleStore, FollowsFromALine) {
  append({line(1, "a")});
  const auto start = must(console().last_id());
  EXPECT_THAT(must(console().follow({}, start, 10)).lines, IsEmpty());
  append({line(2, "b"), line(3, "c", "n1", "Other"), line(4, "d")});
  auto found = must(console().follow({"Dns", "", console_level::debug, {}, {}}, start, 1));
  ASSERT_EQ(found.lines.size(), 1u);
  EXPECT_EQ(found.lines[0].line.text, "b");
  EXPECT_TRUE(found.more);
  found = must(console().follow({"Dns", "", console_level::debug, {}, {}}, found.last, 10));
  ASSERT_EQ(found.lines.size(), 1u);
  EXPECT_EQ(found.lines[0].line.text, "d");
  EXPECT_FALSE(found.more);
  EXPECT_EQ(found.last, must(console().last_id()));
}

TEST_F(ConsoleStore, CutsALongLineBetweenTwoCharacters) {
  std::string text(console_store::max_text_bytes - 1, 'x');
  append({line(1, text + "\xC3\xBC" + "rest")});
  EXPECT_EQ(texts().front(), text);
}

TEST_F(ConsoleStore, LeavesOutADamagedLineAndCountsIt) {
  append({line(1, "a"), line(2, "b")});
  must(data().run("UPDATE line SET text = 'x' WHERE text = 'a'"));
  EXPECT_THAT(texts(), ElementsAre("b"));
  EXPECT_EQ(data().damaged().rows(), 1u);
}

TEST_F(ConsoleStore, RefusesACursorOfItsOwnMaking) {
  EXPECT_EQ(console().lines({}, 1, "x1").error(), errc::invalid_usage);
}

class JobDefinitionStore : public test::StoreTest {
 protected:
  job_definition_store jobs() { return job_definition_store{data()}; }
  static scheduled_job job(const std::string& tag, std::optional<timestamp> next = {}) {
    return {tag, "@every 5s", 3, 2, next, true};
  }
  /// "node/script/tag" of each.
  std::vector<std::string> names(std::string_view tag = {}) {
    std::vector<std::string> all;
    for (const auto& found : must(jobs().list(tag)))
      all.push_back(found.node + '/' + found.script + '/' + found.job.tag);
    return all;
  }
};

TEST_F(JobDefinitionStore, GivesBackWhatANodeSaid) {
  must(jobs().put("n", "s", job("t", at_second(9))));
  reopen();
  const auto found = must(jobs().list());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].node, "n");
  EXPECT_EQ(found[0].script, "s");
  EXPECT_EQ(found[0].job.cron, "@every 5s");
  EXPECT_EQ(found[0].job.limit, 3u);
  EXPECT_EQ(found[0].job.runs, 2u);
  EXPECT_EQ(found[0].job.next, at_second(9));
  EXPECT_TRUE(found[0].job.paused);
}

TEST_F(JobDefinitionStore, ReplacesTheJobsOfOneScriptOnOneNode) {
  must(jobs().replace("n1", "s", {job("a"), job("b")}));
  must(jobs().replace("n2", "s", {job("a")}));
  must(jobs().replace("n1", "s", {job("c")}));
  EXPECT_THAT(names(), ElementsAre("n2/s/a", "n1/s/c"));
}

TEST_F(JobDefinitionStore, FindsTheJobsOfATagAndForgets) {
  must(jobs().replace("n1", "s", {job("a"), job("b")}));
  must(jobs().replace("n2", "s", {job("a")}));
  EXPECT_THAT(names("a"), ElementsAre("n1/s/a", "n2/s/a"));
  EXPECT_TRUE(must(jobs().remove("n1", "s", "a")));
  EXPECT_FALSE(must(jobs().remove("n1", "s", "a")));
  EXPECT_EQ(must(jobs().forget_node("n1")), 1u);
  EXPECT_THAT(names(), ElementsAre("n2/s/a"));
}

TEST_F(JobDefinitionStore, LeavesOutADamagedJob) {
  must(jobs().put("n", "s", job("t")));
  must(data().run("UPDATE job SET next = 5"));
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_EQ(data().damaged().rows(), 1u);
}

} // namespace
} // namespace remora::hub
