#include "tests/faults/fault_cluster.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/time.hpp"

namespace remora::test {

namespace {

using nlohmann::json;

constexpr const char* node_name = "n1";

constexpr const char* first_script =
    "// first\nvar packets = 0, turn = 0;\n"
    "function onPacketCaptured(info) { packets++; }\n"
    "jobs.schedule('one', '* * * * * *', function () { console.log('line', ++turn); return packets; });\n"
    "jobs.schedule('two', '* * * * * *', function () { return { seen: packets }; });\n";
constexpr const char* second_script =
    "// second\nvar runs = 0;\n"
    "jobs.schedule('three', '* * * * * *', function () { return ++runs; });\n"
    "jobs.schedule('asked', '0 0 0 1 1 *', function () { return ++runs; });\n";

std::string word_behind(const std::string& line, const std::string& key) {
  const auto at = line.find(' ' + key + '=');
  if (at == std::string::npos) return {};
  const auto from = at + key.size() + 2;
  return line.substr(from, line.find(' ', from) - from);
}

std::vector<std::string> on_machine(const fault_options& options, const std::string& machine,
                                    std::vector<std::string> command) {
  return options.lab == nullptr ? command : options.lab->on(machine, command);
}

std::string or_else(const std::string& text, std::string other) { return text.empty() ? other : text; }

} // namespace

bool long_form() {
  const char* asked = std::getenv("REMORA_FAULTS");
  return asked != nullptr && std::string{asked} == "long";
}

std::string quiet_address(const std::string& host) {
  // From one to the next, so that none is given twice; each process begins elsewhere.
  static int last = static_cast<int>(::getpid() * 37L % 9'000);
  for (int attempt = 0; attempt < 200; ++attempt) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto port = static_cast<std::uint16_t>(20'000 + ++last);
    at.sin_port = htons(port);
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* generic = reinterpret_cast<const sockaddr*>(&at); // NOLINT: what the socket API takes
    const bool is_free = ::bind(made, generic, sizeof at) == 0;
    ::close(made);
    if (is_free) return host + ':' + std::to_string(port);
  }
  ADD_FAILURE() << "no port is free";
  return host + ":1";
}

fault_cluster::fault_cluster(fault_options options)
    : options_{std::move(options)},
      hub_data_{or_else(options_.hub_data, files_.path("hub"))},
      worker_data_{or_else(options_.worker_data, files_.path("worker"))},
      http_{quiet_address("127.0.0.1")},
      link_{quiet_address(options_.lab == nullptr ? "127.0.0.1" : options_.lab->address("hub"))},
      publish_{quiet_address(options_.lab == nullptr ? "127.0.0.1" : options_.lab->address("hub"))},
      hub_{files_.path("hub.log"),
           on_machine(options_, "hub", {REMORA_HUB_PROGRAM, "--config", files_.path("hub.yaml")}),
           options_.environment},
      worker_{files_.path("worker.log"),
              on_machine(options_, "node",
                         {REMORA_WORKER_PROGRAM, "--log-level", "debug", "--set",
                          std::string{"worker.name="} + node_name, "--set", "worker.capture.interfaces[0]=lo",
                          "--set", "worker.capture.filter=udp port 9", "--set", "worker.data=" + worker_data_,
                          "--set", "worker.hub=" + link_}),
              options_.environment} {
  std::filesystem::create_directory(files_.path("scripts"));
  write_hub_file();
}

fault_cluster::~fault_cluster() {
  for (auto* one : {&worker_, &hub_}) {
    one->send(SIGCONT);
    one->stop(SIGKILL);
  }
}

void fault_cluster::write_hub_file() const {
  files_.file("hub.yaml", "hub:\n  data: " + hub_data_ + "\n  http: { listen: '" + http_ +
                              "' }\n  link: { listen: '" + link_ + "', publish: '" + publish_ +
                              "', insecure: true }\nscripting: { source: " + files_.path("scripts") + " }\n");
}

void fault_cluster::write_scripts() const {
  write_script("first.js", first_script);
  write_script("second.js", second_script);
}

void fault_cluster::write_script(const std::string& name, const std::string& code) const {
  std::filesystem::rename(files_.file(name + ".new", code), files_.path("scripts/" + name));
}

void fault_cluster::start_worker() { worker_.start(); }

bool fault_cluster::start_all() {
  write_scripts();
  hub_.start();
  start_worker();
  return goes_on();
}

bool fault_cluster::goes_on() const {
  const auto before = stored().size();
  return becomes([&] { return stored().size() >= before + 3; });
}

std::pair<int, std::string> fault_cluster::call(const std::string& method, const std::string& path) const {
  process one{
      on_machine(options_, "hub",
                 {"curl", "-s", "--max-time", "30", "-X", method, "-H", "Content-Type: application/json",
                  "-w", "\n%{http_code}", "http://" + http_ + path})};
  const auto said = one.wait().out;
  const auto cut = said.rfind('\n');
  if (cut == std::string::npos) return {};
  return {std::atoi(said.c_str() + cut + 1), said.substr(0, cut)};
}

json fault_cluster::get(const std::string& path) const {
  const auto said = call("GET", path);
  auto read = json::parse(said.second, nullptr, false);
  return said.first == 200 && read.is_object() ? read : json{};
}

bool fault_cluster::ask_for_a_run() const {
  const auto said = call("POST", "/api/v1/jobs/asked/run");
  return said.first == 200;
}

bool fault_cluster::becomes(const std::function<bool()>& so) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{2};
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  return true;
}

run_counts fault_cluster::kept() const {
  run_counts out;
  for (const auto& line : test::lines_of(worker_.log())) {
    if (line.find(" run-kept ") == std::string::npos) continue;
    const auto planned = word_behind(line, "planned_ns");
    const auto script = word_behind(line, "script"); // the last word: a line that was cut off has none
    if (script.empty()) continue;
    ++out[script + '/' + word_behind(line, "tag") + '/' + to_rfc3339(from_unix_ns(std::stoll(planned)))];
  }
  return out;
}

run_counts fault_cluster::stored() const {
  run_counts out;
  for (const std::string tag : {"one", "two", "three", "asked"}) {
    std::string cursor;
    do {
      const auto page = get("/api/v1/jobs/" + tag + "/runs?limit=1000&node=" + node_name +
                            (cursor.empty() ? std::string{} : "&cursor=" + cursor));
      if (!page.is_object()) break;
      for (const auto& run : page.at("items"))
        ++out[run.at("script").get<std::string>() + '/' + tag + '/' + run.at("planned").get<std::string>()];
      const auto next = page.find("next");
      cursor = next != page.end() && next->is_string() ? next->get<std::string>() : std::string{};
    } while (!cursor.empty());
  }
  return out;
}

std::vector<run_name> fault_cluster::lost() const {
  const auto expected = kept();
  std::vector<run_name> missing;
  becomes([&] {
    const auto there = stored();
    missing.clear();
    for (const auto& [name, times] : expected) {
      const auto found = there.find(name);
      if (found == there.end() || found->second < times) missing.push_back(name);
    }
    return missing.empty();
  });
  return missing;
}

std::vector<run_name> fault_cluster::repeated(const run_counts& counts) {
  std::vector<run_name> out;
  for (const auto& [name, times] : counts) {
    const bool is_asked = name.find("/asked/") != std::string::npos;
    if (times > 1 && !is_asked) out.push_back(name);
  }
  return out;
}

std::vector<std::string> fault_cluster::lines_of_script(const std::string& script) const {
  std::vector<std::string> out;
  std::string cursor;
  do {
    const auto page = get(std::string{"/api/v1/console?limit=1000&node="} + node_name + "&script=" + script +
                          (cursor.empty() ? std::string{} : "&cursor=" + cursor));
    if (!page.is_object()) break;
    for (const auto& line : page.at("items"))
      out.push_back(line.at("text"));
    const auto next = page.find("next");
    cursor = next != page.end() && next->is_string() ? next->get<std::string>() : std::string{};
  } while (!cursor.empty());
  std::reverse(out.begin(), out.end()); // the API has the last one first
  return out;
}

} // namespace remora::test
