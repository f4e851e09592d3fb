#pragma once

#include <string>
#include <vector>

#include "worker/run.hpp"

namespace remora::worker::test {

/// Keeps what reaches the outside: "title: text", "title: job tag outcome result", "clear".
struct recording_sink final : record_sink {
  void console(const console_line& line) override {
    all.push_back(line.script + ": " + line.text);
    lines.push_back(line);
  }
  void job(const job_run& run) override {
    all.push_back(run.script + ": job " + run.tag + ' ' + std::string{to_string(run.outcome)} + ' ' +
                  run.result_json);
    jobs.push_back(run);
  }
  void clear_console() override { all.push_back("clear"); }

  std::vector<std::string> all;
  std::vector<console_line> lines;
  std::vector<job_run> jobs;
};

} // namespace remora::worker::test
