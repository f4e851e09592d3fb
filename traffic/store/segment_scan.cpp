#include "traffic/store/segment_scan.hpp"

#include <algorithm>
#include <utility>

namespace remora::traffic {

namespace {
constexpr std::uint64_t window_bytes = 256u << 10;
}

segment_scan::segment_scan(const store_disk& disk, std::string path, std::uint32_t marker, std::uint64_t from,
                           std::uint64_t to, std::optional<std::uint64_t> expected)
    : disk_{disk},
      path_{std::move(path)},
      marker_{marker},
      at_{from},
      to_{to},
      expected_{expected},
      sound_end_{from} {}

/// Moves the window to where the scan stands. A file that is shorter than it should be ends the scan there.
result<void> segment_scan::load(std::uint64_t bytes) {
  const auto most = std::min(std::max(bytes, window_bytes), to_ - at_);
  auto content = disk_.read(path_, at_, static_cast<std::size_t>(most));
  if (!content) return pass_on(std::move(content));
  window_ = std::move(*content);
  base_ = at_;
  if (window_.size() < most) to_ = at_ + window_.size();
  return {};
}

found_frame segment_scan::accept(found_frame found) {
  if (at_ != sound_end_) ++damaged_places_;
  if (expected_ && found.number > *expected_) lost_records_ += found.number - *expected_;
  expected_ = found.number + 1;
  found.begin = static_cast<std::size_t>(base_) + found.begin;
  found.end = static_cast<std::size_t>(base_) + found.end;
  at_ = sound_end_ = found.end;
  return found;
}

result<std::optional<found_frame>> segment_scan::next() {
  while (at_ < to_) {
    if (!has(std::min<std::uint64_t>(frame_head_bytes, to_ - at_))) {
      if (auto loaded = load(window_bytes); !loaded) return pass_on(std::move(loaded));
      continue;
    }
    const auto offset = static_cast<std::size_t>(at_ - base_);
    const auto size = claimed_frame_bytes(window_, offset, marker_);
    if (size && *size <= to_ - at_) {
      if (!has(*size)) {
        if (auto loaded = load(*size); !loaded) return pass_on(std::move(loaded));
        continue;
      }
      if (const auto found = frame_at(window_, offset, marker_)) return std::optional{accept(*found)};
    }
    at_ = base_ + find_marker(window_, offset + 1, marker_);
  }
  return std::optional<found_frame>{};
}

} // namespace remora::traffic
