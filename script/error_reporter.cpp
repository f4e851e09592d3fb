#include "script/error_reporter.hpp"

namespace remora::script {

void error_reporter::report(const std::string& text) {
  const std::int64_t second = to_unix_ns(clock_.now()) / 1'000'000'000;
  if (second != second_) {
    flush();
    second_ = second;
  }
  const bool known = counts_.size() < max_texts || counts_.count(text) != 0;
  const std::uint32_t count = ++counts_[known ? text : "further errors"];
  if (count <= shown_per_second) console_.print(console_level::error, text);
}

void error_reporter::flush() {
  for (const auto& [text, count] : counts_) {
    if (count <= shown_per_second) continue;
    console_.print(console_level::error,
                   text + " (" + std::to_string(count - shown_per_second) + " times more)");
  }
  counts_.clear();
}

} // namespace remora::script
