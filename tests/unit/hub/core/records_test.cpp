#include <gmock/gmock.h>

#include "cluster_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::memory_worker;
using test::must;
using ::testing::ElementsAre;

protocol::job_runs runs(std::initializer_list<std::int64_t> seconds, const std::string& node = "n1") {
  protocol::job_runs all;
  for (const auto second : seconds) {
    protocol::numbered_run one;
    one.id = static_cast<std::uint64_t>(second);
    one.run.node = node;
    one.run.script = "Dns";
    one.run.tag = "report";
    one.run.planned = at_second(second);
    one.run.result_json = "1";
    all.runs.push_back(one);
  }
  return all;
}

protocol::console_lines lines(std::initializer_list<std::pair<std::uint64_t, const char*>> said) {
  protocol::console_lines all;
  for (const auto& [number, text] : said)
    all.lines.push_back({number, {at_second(1), "n1", "Dns", console_level::log, text}});
  return all;
}

class HubRecords : public test::ClusterTest {
 protected:
  std::uint64_t deliver(memory_worker& worker, const protocol::message& what) {
    return must(worker.talk().send(what, now));
  }
  std::vector<std::string> stored_nodes() {
    std::vector<std::string> nodes;
    for (const auto& run : must(disk->ask([](stores& in) {
                             return in.runs.runs({"report", "", "", {}, {}}, 100);
                           })).records)
      nodes.push_back(run.run.node);
    return nodes;
  }
  std::vector<std::string> stored_lines() {
    std::vector<std::string> texts;
    for (const auto& line : must(disk->ask([](stores& in) { return in.console.follow({}, 0, 100); })).lines)
      texts.push_back(line.line.text);
    return texts;
  }
};

TEST_F(HubRecords, AreAcknowledgedOnceStored) {
  auto& worker = start_worker("n1");
  const auto number = deliver(worker, runs({1, 2}));
  settle();
  pass(milliseconds{100}); // acknowledgements wait a little for company
  EXPECT_EQ(worker.acknowledged_up_to, number);
  EXPECT_EQ(stored_nodes().size(), 2U);
  EXPECT_EQ(core->records().runs_stored, 2U);
  EXPECT_GE(changes[topic::runs], 1);
}

TEST_F(HubRecords, AreNotAcknowledgedWhileTheDiskIsFullAndStoredWhenItIsNot) {
  auto& worker = start_worker("n1");
  must(disk->ask([](stores& in) { return in.data.limit_size(kib(1)); }));
  std::string long_text(60'000, 'x');
  protocol::console_lines much;
  for (std::uint64_t i = 1; i <= 10; ++i)
    much.lines.push_back({i, {at_second(1), "n1", "Dns", console_level::log, long_text}});
  const auto number = deliver(worker, much);
  settle();
  pass(milliseconds{2'500});
  EXPECT_EQ(worker.acknowledged_up_to, 0U);
  EXPECT_FALSE(core->trouble().empty());
  EXPECT_GE(core->records().failures, 2U) << "it is tried again";
  must(disk->ask([](stores& in) { return in.data.limit_size(gib(1)); }));
  pass(milliseconds{2'500});
  EXPECT_EQ(worker.acknowledged_up_to, number);
  EXPECT_TRUE(core->trouble().empty());
  EXPECT_EQ(stored_lines().size(), 10U);
}

TEST_F(HubRecords, ThatComeAgainAfterTheHubDiedAreStoredOnce) {
  auto& worker = start_worker("n1");
  deliver(worker, runs({1}));
  deliver(worker, lines({{1, "a"}}));
  settle(); // stored, and the hub dies before the worker hears of it
  stop_hub();
  EXPECT_EQ(worker.acknowledged_up_to, 0U);
  start_hub();
  connect(worker);
  pass(std::chrono::seconds{2});
  EXPECT_EQ(worker.acknowledged_up_to, 2U);
  EXPECT_EQ(stored_nodes().size(), 1U);
  EXPECT_THAT(stored_lines(), ElementsAre("a"));
  EXPECT_EQ(core->records().runs_repeated, 1U);
  EXPECT_EQ(core->records().lines_repeated, 1U);
}

TEST_F(HubRecords, OfAnEarlierLifeOfAWorkerAreKnownAgain) {
  deliver(start_worker("n1", 1), lines({{1, "a"}, {2, "b"}}));
  settle(); // stored, and the worker dies before it hears of it
  disconnect(*workers["n1"]);
  deliver(start_worker("n1", 2), lines({{1, "a"}, {2, "b"}, {3, "c"}}));
  settle();
  EXPECT_THAT(stored_lines(), ElementsAre("a", "b", "c"));
}

TEST_F(HubRecords, AreOfTheNodeTheyCameFromWhateverTheySay) {
  deliver(start_worker("n1"), runs({1}, "somebody else"));
  settle();
  EXPECT_THAT(stored_nodes(), ElementsAre("n1"));
}

TEST_F(HubRecords, OfManyNodesShareABatch) {
  for (int i = 0; i < 20; ++i)
    deliver(start_worker("n" + std::to_string(i)), runs({i}));
  settle();
  pass(milliseconds{100});
  EXPECT_EQ(stored_nodes().size(), 20U);
  for (const auto& [name, worker] : workers)
    EXPECT_EQ(worker->acknowledged_up_to, 1U) << name;
}

TEST_F(HubRecords, ThatANodeDroppedAreCounted) {
  deliver(start_worker("n1"), protocol::lines_dropped{"Dns", 17});
  settle();
  EXPECT_EQ(core->records().lines_dropped, 17U);
}

} // namespace
} // namespace remora::hub
