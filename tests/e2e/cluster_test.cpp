// A hub and two workers on three machines, real traffic between them, and tcpdump beside them.

#include "tests/e2e/cluster.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

namespace remora::test {
namespace {

/// Counts what passes, and gives the count of each second to whoever aggregates.
std::string counting_script(const std::string& field) {
  return "// counter\nvar packets = 0;\nfunction onPacketCaptured(info) { packets++; }\n"
         "jobs.schedule('report', '* * * * * *', function () {\n"
         "  var seen = packets;\n  packets = 0;\n  return { " +
         field + ": seen };\n});\n";
}

/// The first script of the README, as a reader would copy it.
std::string script_of_readme() {
  std::ifstream file{REMORA_SOURCE_DIR "/README.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const std::string fence = "```js\n";
  const auto begin = text.find(fence);
  return text.substr(begin + fence.size(), text.find("```", begin + fence.size()) - begin - fence.size());
}

void replace(std::string& in, const std::string& old, const std::string& fresh) {
  const auto at = in.find(old);
  ASSERT_NE(at, std::string::npos) << old << " is not in\n" << in;
  in.replace(at, old.size(), fresh);
}

TEST_F(Cluster, CountsWhatTcpdumpCountsAndFollowsAnEditOfTheHubsFile) {
  ASSERT_TRUE(start_all());
  std::string script = script_of_readme();
  replace(script, "*/10 *", "* *"); // each second: the test is over sooner
  ASSERT_TRUE(deploy(script));

  const auto at_one = watch("one");
  const auto at_two = watch("two");
  make_traffic(30);
  const auto last = last_packet();
  const auto seen_by_one = at_one->count_until(last);
  const auto seen_by_two = at_two->count_until(last);
  EXPECT_GT(seen_by_one, 100);
  EXPECT_TRUE(becomes([&] { return sum_of("packets") == seen_by_one + seen_by_two; }))
      << sum_of("packets") << " instead of " << seen_by_one << " + " << seen_by_two << story();
  EXPECT_EQ(sum_of("packets", "one"), seen_by_one);
  EXPECT_EQ(sum_of("packets", "two"), seen_by_two);

  replace(script, "packets: packets", "frames: packets");
  EXPECT_TRUE(deploy(script));
  EXPECT_TRUE(becomes([&] { return sum_of("frames") >= 0; })) << "the new version reports" << story();
}

TEST_F(Cluster, LosesNoPacketWhileAScriptIsReplacedAHundredTimes) {
  ASSERT_TRUE(start_all());
  // What `this` holds stays when a version goes.
  const auto version = [](int number) {
    return "// counter\n// " + std::to_string(number) +
           "\nvar mine = 'total_' + utils.nodeName();\n"
           "function onPacketCaptured(info) { this[mine] = (this[mine] || 0) + 1; }\n"
           "jobs.schedule('report', '* * * * * *', function () { return this[mine] || 0; });\n";
  };
  const auto push = [&](int number) {
    const auto pushed =
        lab_->run("hub", remora_command({"scripts", "push", files_.file("counter.js", version(number))}));
    EXPECT_EQ(pushed.status, 0) << "push " << number << " said: " << pushed.out << pushed.err << story();
    return runs_everywhere();
  };
#ifdef REMORA_SANITIZED
  constexpr int versions = 10;
#else
  constexpr int versions = 100;
#endif
  ASSERT_TRUE(push(0));
  const auto at_one = watch("one");
  std::thread traffic{[&] { make_traffic(2 * versions); }};
  for (int number = 1; number <= versions; ++number)
    EXPECT_TRUE(push(number)) << "version " << number;
  traffic.join();
  const auto seen = at_one->count_until(last_packet());
  EXPECT_TRUE(becomes([&] { return newest_result("one") == seen; }))
      << newest_result("one") << " of " << seen << story();
}

TEST_F(Cluster, DeliversLaterWhatWasCountedWhileTheHubWasAway) {
  ASSERT_TRUE(start_all());
  ASSERT_TRUE(deploy(counting_script("packets")));
  const auto at_one = watch("one");
  daemon("hub").stop(SIGKILL);
  make_traffic(15);
  const auto seen = at_one->count_until(last_packet());
  ASSERT_TRUE(start_hub());
  EXPECT_TRUE(becomes([&] { return sum_of("packets", "one") == seen; }))
      << sum_of("packets", "one") << " of " << seen << story();
}

TEST_F(Cluster, GoesOnAfterACableWasOut) {
  ASSERT_TRUE(start_all());
  ASSERT_TRUE(deploy(counting_script("packets")));
  lab_->cut("one");
  EXPECT_TRUE(becomes([&] { return !both_are_up(); })) << "a lost node is shown as lost" << story();
  lab_->mend("one");
  EXPECT_TRUE(becomes([&] { return both_are_up(); })) << story();
  EXPECT_TRUE(deploy(counting_script("frames")));
}

TEST_F(Cluster, ShowsTheItemsAndPacketsOfAllNodesAsScriptsLetThem) {
  ASSERT_TRUE(start_all());
  ASSERT_TRUE(
      deploy("// counter\nfunction onItemQueried(data) {\n"
             "  data.request.headers = { redacted: true };\n  return test.pass(data);\n}\n"));
  constexpr std::size_t pages = 12;
  make_traffic(pages);
  const std::string filter = R"(http and src.ip != "127.0.0.1")"; // a page passes both nodes
  std::vector<nlohmann::json> items;
  const auto arrived = [&] {
    items.clear();
    const auto said = lab_->run("hub", remora_command({"items", filter, "--limit", "100", "--json"}));
    std::istringstream lines{said.out};
    for (std::string line; std::getline(lines, line);)
      items.push_back(nlohmann::json::parse(line));
    return said.status == 0 && items.size() == 2 * pages;
  };
  EXPECT_TRUE(becomes(arrived)) << items.size() << " items" << story();
  std::map<std::string, std::size_t> by_node;
  for (const auto& item : items) {
    ++by_node[item.at("node").at("name").get<std::string>()];
    EXPECT_EQ(item.at("response").at("status"), 200);
    EXPECT_EQ(item.at("request").at("headers"), (nlohmann::json{{"redacted", true}}));
    EXPECT_EQ(item.at("passed"), true);
  }
  EXPECT_THAT(by_node, testing::ElementsAre(testing::Pair("one", pages), testing::Pair("two", pages)));

  const std::string file = files_.path("found.pcapng");
  const auto fetched = lab_->run("hub", remora_command({"pcap", filter, "-w", file}));
  ASSERT_EQ(fetched.status, 0) << fetched.err;
  // Two nodes saw each connection, in a section of the file each.
  const auto read = lab_->run(
      "hub", {"tshark", "-r", file, "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 0 && ip.src != 127.0.0.1"});
  EXPECT_EQ(std::count(read.out.begin(), read.out.end(), '\n'), 2 * pages) << read.out << read.err;
}

TEST_F(Cluster, KeepsAStrangerOutAndSaysSo) {
  make_key("stranger");
  std::filesystem::rename(files_.path("stranger.secret"), files_.path("two.secret")); // it was never enrolled
  ASSERT_TRUE(start_hub());
  start_worker("one");
  start_worker("two");
  EXPECT_TRUE(logs("hub", "link-refused"));
  EXPECT_TRUE(logs("two", "does not let the key")) << "the stranger's own log says why";
  const auto is_alone = [&] {
    const auto nodes = ask({"nodes"});
    return nodes.is_object() && nodes.at("items").size() == 1;
  };
  ASSERT_TRUE(becomes(is_alone)) << story();
  EXPECT_EQ(ask({"nodes"}).at("items").front().at("name"), "one");
}

} // namespace
} // namespace remora::test
