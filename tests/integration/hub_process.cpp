#include "tests/integration/hub_process.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include <nlohmann/json.hpp>

namespace remora::test {

namespace {

/// What stands behind `key=` in a text, up to the next blank.
std::string value_of(const std::string& text, const std::string& key) {
  const auto begin = text.find(key + '=');
  if (begin == std::string::npos) return {};
  const auto from = begin + key.size() + 1;
  return text.substr(from, text.find_first_of(" \n", from) - from);
}

/// The first whole line that has a text; empty when there is none.
std::string line_with(const std::string& text, const std::string& all) {
  const auto at = all.find(text);
  const auto end = at == std::string::npos ? at : all.find('\n', at);
  return end == std::string::npos ? std::string{} : all.substr(at, end - at);
}

/// Looks every few milliseconds, for at most half a minute.
bool poll_until(const std::function<bool()>& so) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

} // namespace

hub_process::hub_process() {
  std::filesystem::create_directory(files_.path("scripts"));
  configure({});
}

hub_process::~hub_process() {
  if (process_) stop(SIGKILL);
}

void hub_process::configure(const std::string& more) const {
  const auto written =
      files_.file("hub.yaml.new",
                  "hub:\n"
                  "  data: " +
                      data() +
                      "\n"
                      "  http: { listen: '127.0.0.1:0' }\n"
                      "  link: { listen: '127.0.0.1:0', publish: '127.0.0.1:0' }\n" +
                      (more.empty() ? "scripting: { source: " + files_.path("scripts") + " }\n" : more));
  std::filesystem::rename(written, files_.path("hub.yaml"));
}

void hub_process::write_script(const std::string& name, const std::string& code) const {
  const auto written = files_.file(name + ".new", code);
  std::filesystem::rename(written, files_.path("scripts/" + name));
}

void hub_process::remove_script(const std::string& name) const {
  std::filesystem::remove(files_.path("scripts/" + name));
}

bool hub_process::start(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"sh",
                                   "-c",
                                   R"(log=$1; shift; exec "$@" 2>"$log")",
                                   "sh",
                                   files_.path("log"),
                                   REMORA_HUB_PROGRAM,
                                   "--config",
                                   files_.path("hub.yaml")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  files_.file("log", std::string{});
  process_ = std::make_unique<process>(command);
  std::string ready;
  if (!poll_until(
          [&] { return !(ready = line_with(" hub-ready ", log())).empty() || !process_->is_alive(); }) ||
      !process_->is_alive()) {
    stop(SIGKILL);
    return false;
  }
  url_ = value_of(ready, " api");
  link_ = value_of(ready, " link");
  return true;
}

finished hub_process::stop(int signal) {
  process_->send(signal);
  last_ = process_->wait();
  last_.err = log();
  process_.reset();
  return last_;
}

std::string hub_process::log() const {
  std::ifstream file{files_.path("log"), std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

bool hub_process::logs(const std::string& text) const {
  return poll_until([&] { return log().find(text) != std::string::npos; });
}

nlohmann::json hub_process::call(const std::string& method, const std::string& path,
                                 const std::string& body) const {
  std::vector<std::string> curl{"curl", "-s", "-X", method, "-w", "\n%{http_code}", url_ + path};
  if (!body.empty()) curl.insert(curl.end(), {"-H", "Content-Type: application/json", "--data-binary", body});
  process one{curl};
  const auto said = one.wait().out;
  const auto cut = said.rfind('\n');
  if (cut == std::string::npos) return {};
  return {{"status", std::atoi(said.c_str() + cut + 1)},
          {"body", nlohmann::json::parse(said.substr(0, cut), nullptr, false)}};
}

nlohmann::json hub_process::get(const std::string& path) const {
  auto answer = call("GET", path);
  return answer.is_object() ? answer["body"] : nlohmann::json{};
}

bool hub_process::comes_to_say(const std::string& path, const std::string& text) const {
  return poll_until([&] { return get(path).dump().find(text) != std::string::npos; });
}

} // namespace remora::test
