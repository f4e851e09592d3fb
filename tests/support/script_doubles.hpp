#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/surroundings.hpp"

/// What a script's heap needs from outside, in memory, for tests and fuzz targets.
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

/// Notes what a script says to the hub.
struct recorded_hub final : hub_desk {
  struct said {
    std::string action;
    std::string argument_json;
  };
  result<void> action(std::string action, std::string argument_json) override {
    if (action == "refuse") return fail(errc::too_large, "no room");
    actions.push_back({std::move(action), std::move(argument_json)});
    return {};
  }

  std::vector<said> actions;
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

} // namespace remora::script
