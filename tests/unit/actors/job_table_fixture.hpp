#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/jobs/job_table.hpp"
#include "schedules.hpp"

namespace remora::jobs::test {

/// "tag hh:mm:ss" of a run, with a star when it was requested.
inline std::string shown(const due_run& run) {
  return run.tag + (run.requested ? "* " : " ") + text_of(run.planned).substr(11, 8);
}

/// "tag first..last xcount".
inline std::string shown(const skipped_runs& s) {
  return s.tag + " " + text_of(s.first).substr(11, 8) + ".." + text_of(s.last).substr(11, 8) + " x" +
         std::to_string(s.count);
}

template <class T>
std::vector<std::string> shown_all(const std::vector<T>& all) {
  std::vector<std::string> texts;
  texts.reserve(all.size());
  for (const T& one : all)
    texts.push_back(shown(one));
  return texts;
}

class job_table_fixture : public testing::Test {
 protected:
  /// A moment of 2026-01-01, a Thursday.
  static timestamp t(std::string_view clock) { return at("2026-01-01T" + std::string(clock) + "Z"); }

  void schedule(std::string_view tag, std::string_view cron, std::uint64_t limit = 0,
                std::string_view now = "00:00:00") {
    const auto done = table.schedule(tag, cron, limit, t(now));
    ASSERT_TRUE(done) << done.error().message;
  }

  void run(const due_run& due, std::string_view from, std::string_view to,
           job_outcome outcome = job_outcome::passed) {
    table.began(due, t(from));
    ended = table.finished(due, t(to), outcome, outcome == job_outcome::failed ? "Error: no" : "");
  }

  /// Takes what is due and runs each at once.
  std::vector<std::string> run_all(std::string_view now) {
    const auto due = table.take_due(t(now));
    for (const auto& one : due.runs)
      run(one, now, now);
    return shown_all(due.runs);
  }

  /// Goes from instant to instant, as a capture file's clock does.
  std::vector<std::string> step_until(std::string_view end) {
    std::vector<std::string> all;
    while (table.next_due() <= t(end)) {
      const timestamp now = table.next_due();
      const auto due = table.take_due(now);
      EXPECT_THAT(due.skipped, testing::IsEmpty());
      for (const auto& one : due.runs) {
        all.push_back(shown(one));
        table.began(one, now);
        table.finished(one, now, job_outcome::passed);
      }
    }
    return all;
  }

  job_info info(std::string_view tag) const { return table.find(tag).value_or(job_info{}); }

  job_table table;
  run_end ended;
};

} // namespace remora::jobs::test
