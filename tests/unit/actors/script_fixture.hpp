#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/scripts/job_exchange.hpp"
#include "actors/scripts/process_scope.hpp"
#include "actors/scripts/script_runner.hpp"

namespace remora::actors::test {

/// 2023-11-14T22:00:00Z.
inline constexpr std::int64_t start_s = 1'699'999'200;

/// So many seconds after the start.
inline timestamp at(double seconds) {
  return from_unix_ns(start_s * 1'000'000'000 +
                      static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -.5 : .5)));
}

/// "+1.5": seconds after the start, to the millisecond.
inline std::string shown(timestamp time) {
  const std::int64_t ms = (to_unix_ns(time) - start_s * 1'000'000'000) / 1'000'000;
  std::string text = (ms < 0 ? "-" : "+") + std::to_string(std::abs(ms) / 1'000);
  if (ms % 1'000 != 0) {
    std::string rest = std::to_string(1'000 + std::abs(ms) % 1'000).substr(1);
    rest.erase(rest.find_last_not_of('0') + 1);
    text += '.' + rest;
  }
  return text;
}

/// "+60 job tag passed 3", "+60 job tag failed Error: no"; where the run did not begin when it was planned:
/// "+60 job tag(+59) passed".
inline std::string shown(const job_run& run) {
  std::string text = (run.started ? shown(*run.started) : "--") + " job " + run.tag;
  if (run.started != run.planned) text += '(' + shown(run.planned) + ')';
  text += ' ' + std::string{to_string(run.outcome)};
  if (!run.result_json.empty()) text += ' ' + run.result_json;
  if (!run.error.empty()) text += ' ' + run.error;
  return text;
}

/// "+1.5 text", "+1.5 error: text".
inline std::string shown(const console_line& line) {
  const std::string level = line.level == console_level::log ? "" : std::string{to_string(line.level)} + ": ";
  return shown(line.time) + ' ' + level + line.text;
}

/// Keeps the records of a script in the order it made them.
struct recording_lane final : record_lane {
  void console(console_line line) override {
    all.push_back(shown(line));
    lines.push_back(std::move(line));
  }
  void job(job_run run, timestamp) override {
    all.push_back(shown(run));
    jobs.push_back(std::move(run));
  }
  void clear_console(timestamp when) override { all.push_back(shown(when) + " clear"); }
  void enter_round(std::uint64_t number) override { rounds.push_back(number); }

  std::vector<std::string> all;
  std::vector<console_line> lines;
  std::vector<job_run> jobs;
  std::vector<std::uint64_t> rounds;
};

/// Notes what it is told: "jobs a,b(paused)", "run own x", "remove all".
struct noting_script_watcher final : script_watcher {
  void jobs_are(std::vector<scheduled_job> jobs) override {
    std::string text;
    for (const scheduled_job& job : jobs)
      text += (text.empty() ? "" : ",") + job.tag + (job.paused ? "(paused)" : "");
    all.push_back("jobs " + text);
    newest = std::move(jobs);
  }
  void requested(const protocol::job_request& request) override {
    all.push_back(std::string{to_string(request.what)} + (request.own ? " own" : "") +
                  (request.all ? " all" : " " + request.tag));
    script = request.script;
  }
  void suspended(const std::optional<suspension>& why) override {
    all.push_back(why ? "suspended until " + shown(why->until) + ": " + why->why : "resumed");
  }

  std::vector<std::string> all;
  std::vector<scheduled_job> newest;
  std::string script; ///< That asked last.
};

/// A script on the clock of a capture that begins at at(0).
struct script {
  explicit script(std::string code, std::size_t index = 0, std::shared_ptr<process_scope> scope = nullptr,
                  remora::script::limits limits = {},
                  const std::function<void(script_runner::parts&)>& adjust = nullptr)
      : own_scope{scope ? std::move(scope)
                        : std::make_shared<process_scope>(index + 1, process_scope::publish::on_merge)},
        records{std::make_shared<recording_lane>()} {
    script_runner::parts parts;
    parts.source.index = index;
    parts.source.title = std::string(1, static_cast<char>('a' + index));
    parts.source.file = parts.source.title + ".js";
    parts.source.code = std::move(code);
    parts.limits = limits;
    parts.env_json = "{}";
    parts.node = "node-1";
    parts.clock = remora::script::run_clock::capture(at(0));
    parts.watch = std::make_shared<remora::script::turn_watch>();
    parts.scope = own_scope->view(index);
    parts.records = records;
    if (adjust) adjust(parts);
    runner = std::make_unique<script_runner>(std::move(parts));
    loaded = runner->load();
    EXPECT_TRUE(loaded) << loaded.error().message;
  }

  /// Packets at these seconds, each of 100 bytes.
  static packet_info_batch_ptr packets(const std::vector<double>& seconds) {
    packet_info_batch batch;
    for (const double second : seconds)
      batch.emplace_back(at(second), 100, 100, false);
    return std::make_shared<const packet_info_batch>(std::move(batch));
  }

  /// A round with packets; the clock goes to the last of them, or to `until` when that is later.
  script& take(const std::vector<double>& seconds, double until = -1e9) {
    round work;
    work.number = ++last_round;
    work.packets = packets(seconds);
    for (const double second : seconds)
      until = std::max(until, second);
    work.until = at(until);
    runner->take(work);
    return *this;
  }

  /// A round without packets.
  script& run_until(double until) { return take({}, until); }

  std::shared_ptr<process_scope> own_scope;
  std::shared_ptr<recording_lane> records;
  std::unique_ptr<script_runner> runner;
  result<void> loaded;
  std::uint64_t last_round = 0;
};

/// Scripts that work in step, as when capture files are read: what they ask of each other is carried over.
class scripts_in_step {
 public:
  explicit scripts_in_step(const std::vector<std::string>& codes) : exchange{codes.size(), 1} {
    scope = std::make_shared<process_scope>(codes.size(), process_scope::publish::on_merge);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      all.push_back(std::make_unique<script>(codes[i], i, scope));
      exchange.learn_tags(i, all.back()->runner->own_tags());
      scope->merge();
    }
  }

  scripts_in_step& take(const std::vector<double>& seconds, double until = -1e9) {
    round work;
    work.number = ++last_round;
    work.packets = script::packets(seconds);
    for (const double second : seconds)
      until = std::max(until, second);
    work.until = at(until);
    exchange.load(work);
    scope->merge();
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i]->runner->take(work);
      round_done done;
      done.script = i;
      done.number = work.number;
      done.commands = all[i]->runner->take_commands();
      done.tags = all[i]->runner->own_tags();
      exchange.note(done);
    }
    return *this;
  }
  scripts_in_step& run_until(double until) { return take({}, until); }

  /// The records of one script.
  const std::vector<std::string>& of(std::size_t index) const { return all[index]->records->all; }

  std::vector<std::unique_ptr<script>> all;
  std::shared_ptr<process_scope> scope;
  job_exchange exchange;
  std::uint64_t last_round = 0;
};

} // namespace remora::actors::test
