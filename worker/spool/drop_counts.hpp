#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace remora::worker {

/// How many lines were dropped, by the title of the script; at most max_titles of them, what exceeds that is
/// counted under "". Titles are well-formed UTF-8, cut at max_title_bytes.
class drop_counts {
 public:
  static constexpr std::size_t max_titles = 500;
  static constexpr std::size_t max_title_bytes = 1024;

  void add(std::string_view script, std::uint64_t count);
  void add(const drop_counts& others);
  /// Takes the first title with its count out. Only when not empty.
  std::pair<std::string, std::uint64_t> take_first();

  bool empty() const noexcept { return counts_.empty(); }
  std::uint64_t total() const noexcept;
  const std::map<std::string, std::uint64_t, std::less<>>& by_script() const noexcept { return counts_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

} // namespace remora::worker
