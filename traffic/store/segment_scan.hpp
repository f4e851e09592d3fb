#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "traffic/store/segment_frame.hpp"
#include "traffic/store/store_disk.hpp"

namespace remora::traffic {

/// Walks over the records of a file, in windows, so that it takes little memory however large the file is.
/// What is damaged is passed over to the next sound record, and counted.
class segment_scan {
 public:
  /// @param disk Lives as long as the scan. @param from Where a record begins; `to` is where to end.
  /// @param expected Number of the first record, when it is known.
  segment_scan(const store_disk& disk, std::string path, std::uint32_t marker, std::uint64_t from,
               std::uint64_t to, std::optional<std::uint64_t> expected = std::nullopt);

  /// The next record, its offsets those in the file, its payload good until the next call; nothing at the
  /// end. Errors: as of store_disk::read().
  result<std::optional<found_frame>> next();

  /// Where the last record ended; what stands behind it, once next() gave nothing, is torn or damaged.
  std::uint64_t sound_end() const noexcept { return sound_end_; }
  /// Places at which something else than a record stood, with a sound record behind it.
  std::uint64_t damaged_places() const noexcept { return damaged_places_; }
  /// Records that are missing there, by their numbers.
  std::uint64_t lost_records() const noexcept { return lost_records_; }

 private:
  bool has(std::uint64_t bytes) const noexcept {
    return at_ >= base_ && at_ + bytes <= base_ + window_.size();
  }
  result<void> load(std::uint64_t bytes);
  found_frame accept(found_frame found);

  const store_disk& disk_;
  std::string path_;
  std::uint32_t marker_;
  std::uint64_t at_;
  std::uint64_t to_;
  std::optional<std::uint64_t> expected_;
  std::uint64_t base_ = 0;
  std::string window_;
  std::uint64_t sound_end_;
  std::uint64_t damaged_places_ = 0;
  std::uint64_t lost_records_ = 0;
};

} // namespace remora::traffic
