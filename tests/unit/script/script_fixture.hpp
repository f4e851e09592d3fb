#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "script/script_vm.hpp"
#include "tests/support/script_doubles.hpp"

namespace remora::script {

/// Loads scripts on a capture clock that starts at a round instant.
class script_test : public ::testing::Test {
 protected:
  static constexpr std::int64_t start_ns = 1'700'000'000'000'000'000;

  result<std::unique_ptr<script_vm>> try_load(const std::string& code, const std::string& file = "test.js") {
    script_source source;
    source.code = code;
    source.file = file;
    source.title = "test";
    script_vm::parts parts{limit, {"node-1", console, desk, hub, scope, kfl, files}, &clock, watch, env_json};
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
  recorded_hub hub;
  plain_scope scope;
  filters* kfl = nullptr;
  own_files* files = nullptr;
  run_clock clock = run_clock::capture(from_unix_ns(start_ns));
  std::shared_ptr<turn_watch> watch = std::make_shared<turn_watch>();
  std::string env_json = "{}";
};

} // namespace remora::script
