#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "traffic/flow/flow_record.hpp"

namespace remora::traffic {

/// The records of a table, named by their place. Memory comes in chunks as it is needed, records never move,
/// and a released place is the next to be taken: what comes and goes does not make it grow.
class flow_slab {
 public:
  flow_record& operator[](std::uint32_t place) noexcept { return chunks_[place / chunk][place % chunk]; }
  const flow_record& operator[](std::uint32_t place) const noexcept {
    return chunks_[place / chunk][place % chunk];
  }

  /// A place with a fresh record.
  std::uint32_t take() {
    if (free_ != no_flow) {
      const std::uint32_t place = free_;
      flow_record& record = (*this)[place];
      free_ = record.newer;
      record.newer = no_flow;
      ++size_;
      return place;
    }
    if (used_ == chunks_.size() * chunk) chunks_.push_back(std::make_unique<flow_record[]>(chunk));
    ++size_;
    return used_++;
  }

  void release(std::uint32_t place) noexcept {
    flow_record& record = (*this)[place];
    record = flow_record{};
    record.newer = free_;
    free_ = place;
    --size_;
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t memory_bytes() const noexcept { return chunks_.size() * chunk * sizeof(flow_record); }

 private:
  static constexpr std::uint32_t chunk = 128;

  std::vector<std::unique_ptr<flow_record[]>> chunks_;
  std::uint32_t used_ = 0; ///< Places that were ever taken.
  std::uint32_t free_ = no_flow;
  std::size_t size_ = 0;
};

} // namespace remora::traffic
