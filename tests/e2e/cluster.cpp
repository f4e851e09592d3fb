#include "tests/e2e/cluster.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>

namespace remora::test {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The port that the last packet comes from, below those that the kernel gives to clients.
constexpr const char* last_port = "4242";

std::string content_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

bool becomes(const std::function<bool()>& so) {
  const auto end = std::chrono::steady_clock::now() + seconds{60};
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{50});
  }
  return true;
}

watcher::watcher(const network_lab& lab, const std::string& machine, std::string file,
                 const std::string& filter)
    : file_{std::move(file)},
      tcpdump_{lab.on(machine, {"sh", "-c", R"(out=$1; shift; exec "$@" >"$out")", "sh", file_, "tcpdump",
                                "--immediate-mode", "-l", "-n", "-q", "-i", "eth0", filter})} {
  EXPECT_TRUE(tcpdump_.complains("listening on")) << tcpdump_.complaints();
}

std::int64_t watcher::count_until(const std::string& words) {
  EXPECT_TRUE(becomes([&] { return content_of(file_).find(words) != std::string::npos; }))
      << "tcpdump has not seen " << words << '\n'
      << content_of(file_);
  tcpdump_.send(SIGINT);
  const auto said = tcpdump_.wait().err;
  EXPECT_THAT(said, ::testing::HasSubstr("\n0 packets dropped by kernel"));
  const auto end = said.find(" packets captured");
  if (end == std::string::npos) {
    ADD_FAILURE() << said;
    return -1;
  }
  const auto begin = said.rfind('\n', end);
  return std::stoll(said.substr(begin == std::string::npos ? 0 : begin + 1));
}

void Cluster::SetUp() {
  if (const auto why = network_lab::why_not(); !why.empty()) GTEST_SKIP() << why;
  lab_ = std::make_unique<network_lab>(std::vector<std::string>{"hub", "one", "two"});
  std::filesystem::create_directory(files_.path("scripts"));
  std::filesystem::create_directory(files_.path("hub")); // keys are enrolled before the hub starts
  const auto hub_key = make_key("hub");
  for (const char* node : {"one", "two"})
    enrol(node, hub_key);
  for (const std::string name : {"hub", "one", "two"}) {
    const auto* program = name == "hub" ? REMORA_HUB_PROGRAM : REMORA_WORKER_PROGRAM;
    daemons_[name] = std::make_unique<background>(
        files_.path(name + ".log"), lab_->on(name, {program, "--config", files_.path(name + ".yaml")}));
  }
  write_hub_file({});
}

std::string Cluster::make_key(const std::string& name) {
  const auto made = remora({"keys", "new", name, "--json", "--out", files_.path(".")});
  EXPECT_EQ(made.status, 0) << made.err;
  return json::parse(made.out).at("public_key");
}

void Cluster::enrol(const std::string& node, const std::string& hub_key) {
  const auto done = remora({"keys", "enroll", "--name", node, make_key(node), "--data", files_.path("hub")});
  EXPECT_EQ(done.status, 0) << done.err;
  files_.file(node + ".yaml",
              "worker:\n"
              "  name: " +
                  node + "\n  hub: " + lab_->address("hub") +
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

void Cluster::write_hub_file(const std::string& scripts) const {
  // As an editor does it: written beside, then renamed.
  const auto written = files_.file("hub.yaml.new",
                                   "hub:\n"
                                   "  data: " +
                                       files_.path("hub") + "\n  link: { listen: '" + lab_->address("hub") +
                                       ":8891', publish: '" + lab_->address("hub") +
                                       ":8892', curve: { secret_key: '${file:" + files_.path("hub.secret") +
                                       "}' } }\n" + scripts);
  std::filesystem::rename(written, files_.path("hub.yaml"));
}

std::string Cluster::story() const {
  std::string text = "\nthe last command said: " + last_complaint_;
  for (const auto& [name, daemon] : daemons_)
    text +=
        "\n-- " + name + (daemon->is_alive() ? " runs" : " does not run") + "; its log:\n" + daemon->log();
  return text;
}

::testing::AssertionResult Cluster::told(bool well) const {
  return well ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << story();
}

::testing::AssertionResult Cluster::logs(const std::string& name, const std::string& text) {
  return told(becomes([&] { return daemon(name).times_logged(text) > 0; })) << "\nwanted: " << text;
}

::testing::AssertionResult Cluster::start_hub() {
  daemon("hub").start();
  ++hub_starts_;
  return told(becomes([&] { return daemon("hub").times_logged("hub-ready") == hub_starts_; }));
}

::testing::AssertionResult Cluster::start_all() {
  if (auto hub = start_hub(); !hub) return hub;
  for (const char* node : {"one", "two"})
    start_worker(node);
  return told(becomes([&] { return both_are_up(); }));
}

::testing::AssertionResult Cluster::deploy(const std::string& code) {
  const auto before = hash_at_hub();
  std::string indented = "scripting:\n  scripts:\n    counter: |\n";
  for (const auto& line : lines_of(code))
    indented += "      " + line + '\n';
  write_hub_file(indented);
  if (auto taken = told(becomes([&] { return hash_at_hub() != before; })); !taken) return taken;
  return runs_everywhere();
}

std::string Cluster::hash_at_hub() {
  const auto status = ask({"scripts", "status", "counter"});
  return status.is_object() ? status.at("hash").get<std::string>() : std::string{};
}

::testing::AssertionResult Cluster::runs_everywhere() {
  return told(becomes([&] {
    const auto status = ask({"scripts", "status", "counter"});
    if (!status.is_object()) return false;
    const auto& items = status.at("items");
    return std::count_if(items.begin(), items.end(), [](const json& node) {
             return node.at("node") != "hub" && node.at("current") == true && node.at("state") == "running";
           }) == 2;
  }));
}

json Cluster::ask(const std::vector<std::string>& arguments) {
  auto command = remora_command(arguments);
  command.emplace_back("--json");
  const auto said = lab_->run("hub", command);
  last_complaint_ = arguments.front() + ": status " + std::to_string(said.status) + ": " + said.err;
  return said.status == 0 ? json::parse(said.out, nullptr, false) : json{};
}

bool Cluster::both_are_up() {
  const auto nodes = ask({"nodes"});
  if (!nodes.is_object()) return false;
  const auto& items = nodes.at("items");
  return std::count_if(items.begin(), items.end(),
                       [](const json& node) { return node.at("condition") == "up"; }) == 2;
}

std::int64_t Cluster::sum_of(const std::string& field, const std::string& node) {
  std::vector<std::string> asked{"jobs", "aggregate", "report", "--field", field};
  if (!node.empty()) asked.insert(asked.end(), {"--node", node});
  const auto folded = ask(asked);
  if (!folded.is_object() || folded.at("groups").empty()) return -1;
  const auto& values = folded.at("groups").front().at("values");
  return values.empty() ? -1 : values.front().at("value").get<std::int64_t>();
}

std::int64_t Cluster::newest_result(const std::string& node) {
  const auto runs = ask({"jobs", "runs", "report", "--node", node, "--limit", "1"});
  if (!runs.is_object() || runs.at("items").empty()) return -1;
  const auto& value = runs.at("items").front().at("result");
  return value.is_number() ? value.get<std::int64_t>() : -1;
}

std::unique_ptr<watcher> Cluster::watch(const std::string& machine) const {
  return std::make_unique<watcher>(*lab_, machine, files_.path(machine + ".packets"), traffic_filter);
}

void Cluster::make_traffic(int pages) {
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
        {"curl", "-sS", "-o", "/dev/null", "http://" + lab_->address(forth ? "two" : "one") + ":8080/"});
    ASSERT_EQ(got.status, 0) << got.err;
  }
}

bool Cluster::is_quiet(const std::string& machine) const {
  const auto said = lab_->run(machine, {"ss", "-Htan", "( sport = :8080 or dport = :8080 )"});
  EXPECT_EQ(said.status, 0) << said.err;
  const auto lines = lines_of(said.out);
  return std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.rfind("TIME-WAIT", 0) == 0 || line.rfind("LISTEN", 0) == 0;
  });
}

std::string Cluster::last_packet() {
  EXPECT_TRUE(becomes([&] { return is_quiet("one") && is_quiet("two"); })) << "connections are left open";
  // The servers have gone, so that two's kernel refuses: a packet there, a packet back, and nothing after it.
  const auto refused = lab_->run(
      "one", {"curl", "-sS", "--local-port", last_port, "http://" + lab_->address("two") + ":8080/"});
  EXPECT_EQ(refused.status, 7) << refused.err;
  return lab_->address("two") + ".8080 > " + lab_->address("one") + '.' + last_port + ':';
}

} // namespace remora::test
