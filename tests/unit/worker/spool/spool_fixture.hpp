#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"
#include "worker/spool/record_spool.hpp"

namespace remora::worker::test {

/// The value of a result, or a failed test and a default value.
template <class T>
T must(result<T> got) {
  if (got) return std::move(*got);
  ADD_FAILURE() << to_string(got.error().code) << ": " << got.error().message;
  return T{};
}
inline void must(result<void> got) {
  if (!got) ADD_FAILURE() << to_string(got.error().code) << ": " << got.error().message;
}

inline job_run run_of(std::string result, std::string tag = "t") {
  job_run made;
  made.node = "n";
  made.script = "s";
  made.tag = std::move(tag);
  made.planned = from_unix_ns(1'790'000'000'000'000'000);
  made.result_json = std::move(result);
  return made;
}

inline console_line line_of(std::string text, std::string script = "s") {
  console_line made;
  made.time = from_unix_ns(1'790'000'000'000'000'000);
  made.node = "n";
  made.script = std::move(script);
  made.text = std::move(text);
  return made;
}

inline timestamp at_second(std::int64_t seconds) {
  return from_unix_ns((1'790'000'000 + seconds) * 1'000'000'000);
}

/// What came out of a spool.
struct delivery {
  std::vector<std::pair<std::uint64_t, std::string>> runs;  ///< Number and result.
  std::vector<std::pair<std::uint64_t, std::string>> lines; ///< Number and text.
  std::map<std::string, std::uint64_t> dropped;
  std::size_t messages = 0;
  std::uint64_t last_ticket = 0;

  std::vector<std::string> results() const { return seconds(runs); }
  std::vector<std::string> texts() const { return seconds(lines); }
  std::uint64_t dropped_lines() const {
    std::uint64_t sum = 0;
    for (const auto& [script, count] : dropped)
      sum += count;
    return sum;
  }

  void take(const spool_batch& batch) {
    ++messages;
    last_ticket = batch.ticket;
    EXPECT_TRUE(encode(batch.what)) << "a batch must be a message that can be sent";
    if (const auto* some = std::get_if<protocol::job_runs>(&batch.what)) {
      for (const auto& each : some->runs)
        runs.emplace_back(each.id, each.run.result_json);
    } else if (const auto* printed = std::get_if<protocol::console_lines>(&batch.what)) {
      for (const auto& each : printed->lines)
        lines.emplace_back(each.sequence, each.line.text);
    } else {
      const auto& notice = std::get<protocol::lines_dropped>(batch.what);
      dropped[notice.script] += notice.count;
    }
  }

 private:
  static std::vector<std::string> seconds(const std::vector<std::pair<std::uint64_t, std::string>>& of) {
    std::vector<std::string> all;
    all.reserve(of.size());
    for (const auto& [number, text] : of)
      all.push_back(text);
    return all;
  }
};

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}
inline void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream{file, std::ios::binary | std::ios::trunc} << content;
}

class SpoolTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    settings.folder = folder().native();
    spool = must(record_spool::open(settings));
    ASSERT_NE(spool, nullptr);
  }
  void close() { spool.reset(); }
  void reopen() {
    close();
    open();
  }

  std::uint64_t add_run(const std::string& result) { return must(spool->add(run_of(result))); }
  std::uint64_t add_line(const std::string& text) { return must(spool->add(line_of(text))); }

  /// Takes all that is there to be handed out.
  delivery take_all() {
    delivery got;
    while (auto batch = spool->next_batch())
      got.take(*batch);
    return got;
  }
  delivery take_and_release_all() {
    auto got = take_all();
    if (got.last_ticket > 0) must(spool->release(got.last_ticket));
    return got;
  }

  std::filesystem::path folder() const { return folder_.path(); }
  /// Files of the spool whose names hold `part`.
  std::vector<std::filesystem::path> files(const std::string& part) const {
    std::vector<std::filesystem::path> found;
    for (const auto& each : std::filesystem::directory_iterator{folder() / "spool"}) {
      if (each.path().filename().native().find(part) != std::string::npos) found.push_back(each.path());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  remora::test::temporary_folder folder_; // outlives the spool

 protected:
  spool_settings settings;
  std::unique_ptr<record_spool> spool;
};

} // namespace remora::worker::test
