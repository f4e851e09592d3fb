#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>

#include "recording_sink.hpp"
#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "worker/run.hpp"

namespace remora::worker::test {

/// Runs scripts over captures that a test writes.
class run_test : public testing::Test {
 public:
  ~run_test() override {
    for (const std::string& path : files_)
      std::remove(path.c_str());
    rmdir(folder_.c_str());
  }

 protected:
  run_test() : folder_{make_folder()} {
    options.node_name = "node-1";
    options.zone = jobs::time_zone{};
  }

  /// 2023-11-14T22:00:00Z.
  static constexpr std::int64_t start_ns = 1'699'999'200'000'000'000;
  /// 14 + 20 + 20 bytes.
  static constexpr std::uint64_t packet_bytes = 54;

  void add_script(const std::string& code, const std::string& title = "") {
    script_source source;
    source.title = title.empty() ? std::string(1, static_cast<char>('a' + options.scripts.size())) : title;
    source.file = source.title + ".js";
    source.code = code;
    options.scripts.push_back(source);
  }

  /// Reads a capture with packets at these milliseconds after the start.
  void read(const std::vector<std::int64_t>& milliseconds) {
    using namespace remora::test;
    pcap_style style;
    style.nanoseconds = true;
    pcap_writer file{style};
    const bytes content = ethernet(ether_ipv4, ipv4({}, tcp({}, {})));
    for (const std::int64_t at : milliseconds)
      file.packet(start_ns + at * 1'000'000, content);
    read_bytes(file.content());
  }

  void read_bytes(const remora::test::bytes& content) {
    files_.push_back(folder_ + "/" + std::to_string(files_.size()) + ".pcap");
    remora::test::write_file(files_.back(), content);
    traffic::file_options input;
    input.paths = {files_.back()};
    options.input = input;
  }

  /// `count` packets, `step` milliseconds apart.
  void read_evenly(std::int64_t count, std::int64_t step) {
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < count; ++i)
      all.push_back(i * step);
    read(all);
  }

  run_report run() { return run_into(sink); }

  run_report run_into(record_sink& records) {
    auto done = worker::run(options, records, stop);
    EXPECT_TRUE(done) << (done ? "" : done.error().front().message);
    return done ? std::move(*done) : run_report{};
  }

  std::vector<error> run_errors() {
    auto done = worker::run(options, sink, stop);
    EXPECT_FALSE(done) << "it runs";
    return done ? std::vector<error>{} : done.error();
  }

  run_options options;
  recording_sink sink;
  stop_flag stop{false};

 private:
  static std::string make_folder() {
    std::string path = testing::TempDir() + "remora-run-XXXXXX";
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    return path;
  }

  std::string folder_;
  std::vector<std::string> files_;
};

} // namespace remora::worker::test
