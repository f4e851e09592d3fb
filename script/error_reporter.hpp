#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "script/run_clock.hpp"
#include "script/surroundings.hpp"

namespace remora::script {

/// Prints a script's errors on its console. The same text is printed at most ten times in a second of the
/// run's clock; how often it came beyond that is said in one line after. Source: scripting API §11.
class error_reporter {
 public:
  error_reporter(console_sink& console, const run_clock& clock) noexcept : console_{console}, clock_{clock} {}

  void report(const std::string& text);

  /// Says what was held back so far.
  void flush();

 private:
  static constexpr std::uint32_t shown_per_second = 10;
  /// How many different texts are told apart within a second; more are counted as one.
  static constexpr std::size_t max_texts = 100;

  console_sink& console_;
  const run_clock& clock_;
  std::int64_t second_ = 0;
  std::map<std::string, std::uint32_t> counts_;
};

} // namespace remora::script
