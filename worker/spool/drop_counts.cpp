#include "worker/spool/drop_counts.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace remora::worker {

void drop_counts::add(std::string_view script, std::uint64_t count) {
  if (count == 0) return;
  std::string cut;
  if (script.size() > max_title_bytes || find_invalid_utf8(script)) {
    const auto mended = to_well_formed_utf8(script);
    cut = cut_utf8(mended, max_title_bytes);
    script = cut;
  }
  auto at = counts_.find(script);
  if (at == counts_.end()) {
    const bool is_full = counts_.size() + 1 >= max_titles; // one place is kept for ""
    at = counts_.try_emplace(is_full ? std::string{} : std::string{script}, 0).first;
  }
  at->second += count;
}

void drop_counts::add(const drop_counts& others) {
  for (const auto& [script, count] : others.counts_)
    add(script, count);
}

std::pair<std::string, std::uint64_t> drop_counts::take_first() {
  auto first = counts_.extract(counts_.begin());
  return {std::move(first.key()), first.mapped()};
}

std::uint64_t drop_counts::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [script, count] : counts_)
    sum += count;
  return sum;
}

} // namespace remora::worker
