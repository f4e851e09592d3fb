// A hub and two workers on three machines, real traffic between them, and tcpdump beside them.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/network_lab.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* traffic_filter = "tcp port 8080";

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

/// Waits until something is so; false when it is not within a minute.
bool becomes(const std::function<bool()>& so) {
  const auto end = std::chrono::steady_clock::now() + seconds{60};
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{50});
  }
  return true;
}

class Cluster : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = network_lab::why_not(); !why.empty()) GTEST_SKIP() << why;
    lab_ = std::make_unique<network_lab>(std::vector<std::string>{"hub", "one", "two"});
    std::filesystem::create_directory(files_.path("scripts"));
    std::filesystem::create_directory(files_.path("hub")); // keys are enrolled before the hub starts
    const auto hub_key = make_key("hub");
    for (const char* node : {"one", "two"})
      enrol(node, make_key(node), hub_key);
    write_hub_file({});
  }

  /// @returns the public half.
  std::string make_key(const std::string& name) {
    const auto made = remora({"keys", "new", name, "--json", "--out", files_.path(".")});
    EXPECT_EQ(made.status, 0) << made.err;
    return json::parse(made.out).at("public_key");
  }
  void enrol(const std::string& node, const std::string& key, const std::string& hub_key) {
    const auto done = remora({"keys", "enroll", "--name", node, key, "--data", files_.path("hub")});
    EXPECT_EQ(done.status, 0) << done.err;
    files_.file(node + ".yaml",
                "worker:\n"
                "  name: " +
                    node +
                    "\n"
                    "  hub: " +
                    lab_->address("hub") +
                    ":8891\n"
                    "  data: " +
                    files_.path(node) +
                    "\n"
                    "  capture: { interfaces: [eth0], filter: " +
                    traffic_filter +
                    " }\n"
                    "  curve: { hub_key: '" +
                    hub_key + "', secret_key: '${file:" + files_.path(node + ".secret") + "}' }\n");
  }
  void write_hub_file(const std::string& scripts) {
    // As an editor does it: written beside, then renamed.
    const auto written = files_.file("hub.yaml.new",
                                     "hub:\n"
                                     "  data: " +
                                         files_.path("hub") +
                                         "\n"
                                         "  link: { listen: '" +
                                         lab_->address("hub") + ":8891', publish: '" + lab_->address("hub") +
                                         ":8892', curve: { secret_key: '${file:" + files_.path("hub.secret") +
                                         "}' } }\n" + scripts);
    std::filesystem::rename(written, files_.path("hub.yaml"));
  }
  /// The configuration with a script of its own.
  void deploy(const std::string& code) {
    std::string indented = "scripting:\n  scripts:\n    counter: |\n";
    for (const auto& line : lines_of(code))
      indented += "      " + line + '\n';
    write_hub_file(indented);
  }

  std::unique_ptr<process> start_hub() {
    return std::make_unique<process>(
        lab_->on("hub", {REMORA_HUB_PROGRAM, "--config", files_.path("hub.yaml")}));
  }
  std::unique_ptr<process> start_worker(const std::string& node) {
    return std::make_unique<process>(
        lab_->on(node, {REMORA_WORKER_PROGRAM, "--config", files_.path(node + ".yaml")}));
  }

  /// What a command of remora on the hub's machine says, as JSON; null when it fails.
  json ask(const std::vector<std::string>& arguments) {
    auto command = remora_command(arguments);
    command.emplace_back("--json");
    const auto said = lab_->run("hub", command);
    last_complaint_ = said.err;
    return said.status == 0 ? json::parse(said.out, nullptr, false) : json{};
  }
  bool both_are_up() {
    const auto nodes = ask({"nodes"});
    if (!nodes.is_object()) return false;
    const auto& items = nodes.at("items");
    return std::count_if(items.begin(), items.end(),
                         [](const json& node) { return node.at("condition") == "up"; }) == 2;
  }
  bool runs_everywhere() {
    const auto status = ask({"scripts", "status", "counter"});
    if (!status.is_object()) return false;
    const auto& items = status.at("items");
    return items.size() == 2 && std::all_of(items.begin(), items.end(), [](const json& node) {
             return node.at("current") == true && node.at("state") == "running";
           });
  }
  /// The sum of a field over all nodes and times so far, or of one node.
  std::int64_t sum_of(const std::string& field, const std::string& node = {}) {
    std::vector<std::string> asked{"jobs", "aggregate", "report", "--field", field};
    if (!node.empty()) asked.insert(asked.end(), {"--node", node});
    const auto folded = ask(asked);
    if (!folded.is_object() || folded.at("groups").empty()) return -1;
    const auto& values = folded.at("groups").front().at("values");
    return values.empty() ? -1 : values.front().at("value").get<std::int64_t>();
  }

  /// What the job returned last on a node.
  std::int64_t newest_result(const std::string& node) {
    const auto runs = ask({"jobs", "runs", "report", "--node", node, "--limit", "1"});
    if (!runs.is_object() || runs.at("items").empty()) return -1;
    const auto& value = runs.at("items").front().at("result");
    return value.is_number() ? value.get<std::int64_t>() : -1;
  }

  /// Watches a machine's interface as tcpdump does.
  class watcher {
   public:
    watcher(const network_lab& lab, const std::string& machine)
        : tcpdump_{lab.on(machine, {"tcpdump", "--immediate-mode", "-n", "-q", "-i", "eth0", "-w",
                                    "/dev/null", traffic_filter})} {
      EXPECT_TRUE(tcpdump_.complains("listening on"));
    }
    /// How many packets it saw.
    std::int64_t stop() {
      tcpdump_.send(SIGINT);
      const auto said = tcpdump_.wait().err;
      const auto end = said.find(" packets captured");
      EXPECT_NE(end, std::string::npos) << said;
      const auto begin = said.rfind('\n', end);
      EXPECT_THAT(said, ::testing::HasSubstr("\n0 packets dropped by kernel"));
      return std::stoll(said.substr(begin == std::string::npos ? 0 : begin + 1));
    }

   private:
    process tcpdump_;
  };

  /// Fetches pages between the two workers, both ways.
  void make_traffic(int pages) {
    std::map<std::string, std::unique_ptr<process>> servers;
    for (const char* node : {"one", "two"}) {
      servers[node] = std::make_unique<process>(
          lab_->on(node, {"python3", "-m", "http.server", "8080", "--directory", files_.path("scripts")}));
      ASSERT_TRUE(becomes([&] {
        return lab_->run(node, {"curl", "-s", "-o", "/dev/null", "http://127.0.0.1:8080/"}).status == 0;
      }));
    }
    for (int i = 0; i < pages; ++i) {
      const bool forth = i % 3 != 0;
      const auto got = lab_->run(
          forth ? "one" : "two",
          {"curl", "-s", "-o", "/dev/null", "http://" + lab_->address(forth ? "two" : "one") + ":8080/"});
      ASSERT_EQ(got.status, 0);
    }
  }

  work_folder files_;
  std::unique_ptr<network_lab> lab_;
  std::string last_complaint_;
};

TEST_F(Cluster, CountsWhatTcpdumpCountsAndFollowsAnEditOfTheHubsFile) {
  const auto hub = start_hub();
  ASSERT_TRUE(hub->complains("hub-ready"));
  const auto one = start_worker("one");
  const auto two = start_worker("two");
  ASSERT_TRUE(becomes([&] { return both_are_up(); })) << last_complaint_;

  std::string script = script_of_readme();
  deploy(script);
  ASSERT_TRUE(becomes([&] { return runs_everywhere(); })) << last_complaint_;

  watcher at_one{*lab_, "one"};
  watcher at_two{*lab_, "two"};
  make_traffic(30);
  std::this_thread::sleep_for(seconds{1}); // what is under way arrives
  const auto seen_by_one = at_one.stop();
  const auto seen_by_two = at_two.stop();
  EXPECT_GT(seen_by_one, 100);
  EXPECT_TRUE(becomes([&] { return sum_of("packets") == seen_by_one + seen_by_two; }))
      << sum_of("packets") << " instead of " << seen_by_one << " + " << seen_by_two << '\n'
      << last_complaint_;
  EXPECT_EQ(sum_of("packets", "one"), seen_by_one);
  EXPECT_EQ(sum_of("packets", "two"), seen_by_two);

  const std::string before = "packets: packets";
  ASSERT_NE(script.find(before), std::string::npos);
  script.replace(script.find(before), before.size(), "frames: packets");
  deploy(script);
  EXPECT_TRUE(becomes([&] { return runs_everywhere(); })) << last_complaint_;
  EXPECT_TRUE(becomes([&] { return sum_of("frames") >= 0; })) << "the new version reports";
}

TEST_F(Cluster, LosesNoPacketWhileAScriptIsReplacedAHundredTimes) {
  const auto hub = start_hub();
  ASSERT_TRUE(hub->complains("hub-ready"));
  const auto one = start_worker("one");
  const auto two = start_worker("two");
  ASSERT_TRUE(becomes([&] { return both_are_up(); }))
      << last_complaint_ << one->complaints() << two->complaints();
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
    EXPECT_EQ(pushed.status, 0) << pushed.err;
    return becomes([&] { return runs_everywhere(); });
  };
#ifdef REMORA_SANITIZED
  constexpr int versions = 10;
#else
  constexpr int versions = 100;
#endif
  ASSERT_TRUE(push(0)) << last_complaint_;
  watcher at_one{*lab_, "one"};
  std::thread traffic{[&] { make_traffic(2 * versions); }};
  for (int number = 1; number <= versions; ++number)
    EXPECT_TRUE(push(number)) << number << ": " << last_complaint_;
  traffic.join();
  std::this_thread::sleep_for(seconds{1});
  const auto seen = at_one.stop();
  EXPECT_TRUE(becomes([&] { return newest_result("one") == seen; }))
      << newest_result("one") << " of " << seen;
}

TEST_F(Cluster, DeliversLaterWhatWasCountedWhileTheHubWasAway) {
  auto hub = start_hub();
  ASSERT_TRUE(hub->complains("hub-ready"));
  const auto one = start_worker("one");
  const auto two = start_worker("two");
  ASSERT_TRUE(becomes([&] { return both_are_up(); }))
      << last_complaint_ << one->complaints() << two->complaints();
  deploy(counting_script("packets"));
  ASSERT_TRUE(becomes([&] { return runs_everywhere(); })) << last_complaint_;
  watcher at_one{*lab_, "one"};
  hub->send(SIGKILL);
  hub->wait();
  make_traffic(15);
  std::this_thread::sleep_for(seconds{2});
  const auto seen = at_one.stop();
  hub = start_hub();
  ASSERT_TRUE(hub->complains("hub-ready"));
  EXPECT_TRUE(becomes([&] { return sum_of("packets", "one") == seen; }))
      << sum_of("packets", "one") << " of " << seen;
}

TEST_F(Cluster, GoesOnAfterACableWasOut) {
  const auto hub = start_hub();
  ASSERT_TRUE(hub->complains("hub-ready"));
  const auto one = start_worker("one");
  const auto two = start_worker("two");
  ASSERT_TRUE(becomes([&] { return both_are_up(); }))
      << last_complaint_ << one->complaints() << two->complaints();
  deploy(counting_script("packets"));
  ASSERT_TRUE(becomes([&] { return runs_everywhere(); })) << last_complaint_;
  lab_->cut("one");
  EXPECT_TRUE(becomes([&] { return !both_are_up(); })) << "a lost node is shown as lost";
  lab_->mend("one");
  EXPECT_TRUE(becomes([&] { return both_are_up(); })) << last_complaint_;
  deploy(counting_script("frames"));
  EXPECT_TRUE(becomes([&] { return runs_everywhere(); })) << last_complaint_;
}

TEST_F(Cluster, KeepsAStrangerOutAndSaysSo) {
  const auto hub = start_hub();
  ASSERT_TRUE(hub->complains("hub-ready"));
  make_key("stranger");
  std::filesystem::rename(files_.path("stranger.secret"), files_.path("two.secret")); // it was never enrolled
  const auto one = start_worker("one");
  const auto two = start_worker("two");
  EXPECT_TRUE(hub->complains("link-refused"));
  EXPECT_TRUE(two->complains("does not let the key")) << "the stranger's own log says why";
  const auto is_alone = [&] {
    const auto nodes = ask({"nodes"});
    return nodes.is_object() && nodes.at("items").size() == 1;
  };
  ASSERT_TRUE(becomes(is_alone)) << last_complaint_ << one->complaints() << hub->complaints();
  EXPECT_EQ(ask({"nodes"}).at("items").front().at("name"), "one");
}

} // namespace
} // namespace remora::test
