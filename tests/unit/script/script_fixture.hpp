#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "script/script_vm.hpp"

namespace remora::script {

/// Collects what a script prints.
struct recorded_console final : console_sink {
  struct line {
    console_level level;
    std::string text;
  };
  void print(console_level level, std::string text) override { lines.push_back({level, std::move(text)}); }
  void clear() override { ++clears; }

  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const line& each : lines)
      all.push_back(each.text);
    return all;
  }

  std::vector<line> lines;
  int clears = 0;
};

/// Notes what a script asks of the scheduler.
struct recorded_desk final : job_desk {
  struct job {
    std::string tag;
    std::string cron;
    std::uint64_t limit;
  };
  result<void> schedule(std::string_view tag, std::string_view cron, std::uint64_t limit) override {
    if (cron == "bad") return fail(errc::invalid_cron, "invalid cron expression");
    jobs.push_back({std::string{tag}, std::string{cron}, limit});
    return {};
  }
  void remove(std::string_view tag) override { removed.emplace_back(tag); }
  void remove_all() override { removed.emplace_back("*"); }
  std::vector<std::string> tags() const override {
    std::vector<std::string> all;
    for (const job& each : jobs)
      all.push_back(each.tag);
    return all;
  }
  void run(std::string_view tag) override { runs.emplace_back(tag); }
  void run_all() override { runs.emplace_back("*"); }
  bool is_running() const override { return running; }
  void set_running(bool on) override { running = on; }

  std::vector<job> jobs;
  std::vector<std::string> removed;
  std::vector<std::string> runs;
  bool running = true;
};

/// The shared scope of a test: commits take effect at once.
struct plain_scope final : shared_scope {
  scope_image_ptr image() const override { return now; }
  std::string commit(const std::vector<scope_change>& changes) override {
    ++commits;
    auto next = std::make_shared<scope_image>(*now);
    for (const scope_change& change : changes) {
      if (change.value) {
        next->values[change.name] = *change.value;
      } else {
        next->values.erase(change.name);
      }
    }
    now = next;
    return {};
  }

  std::shared_ptr<const scope_image> now = std::make_shared<const scope_image>();
  int commits = 0;
};

/// Loads scripts on a capture clock that starts at a round instant.
class script_test : public ::testing::Test {
 protected:
  static constexpr std::int64_t start_ns = 1'700'000'000'000'000'000;

  result<std::unique_ptr<script_vm>> try_load(const std::string& code, const std::string& file = "test.js") {
    script_source source;
    source.code = code;
    source.file = file;
    source.title = "test";
    script_vm::parts parts{limit, {"node-1", console, desk, scope}, &clock, watch, env_json};
    return script_vm::load(source, std::move(parts));
  }

  /// Loads a script that is expected to load.
  std::unique_ptr<script_vm> load(const std::string& code) {
    auto loaded = try_load(code);
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    return loaded ? std::move(*loaded) : nullptr;
  }

  /// Why a script does not load.
  std::string load_error(const std::string& code) {
    auto loaded = try_load(code);
    EXPECT_FALSE(loaded) << "it loads";
    return loaded ? "" : loaded.error().message;
  }

  /// What `console.log(expression)` prints.
  std::string logged(const std::string& expression) {
    console.lines.clear();
    load("console.log(" + expression + ");");
    return console.lines.empty() ? "(nothing)" : console.lines.back().text;
  }

  static packet_info packet(std::int64_t at_ns, std::uint32_t length = 100, std::uint32_t captured = 100,
                            bool fragment = false) {
    return packet_info{from_unix_ns(at_ns), captured, length, fragment};
  }

  static const packet_info* deliver_all(script_vm& vm, const std::vector<packet_info>& packets) {
    return vm.deliver(packets.data(), packets.data() + packets.size());
  }

  limits limit;
  recorded_console console;
  recorded_desk desk;
  plain_scope scope;
  run_clock clock = run_clock::capture(from_unix_ns(start_ns));
  std::shared_ptr<turn_watch> watch = std::make_shared<turn_watch>();
  std::string env_json = "{}";
};

} // namespace remora::script
