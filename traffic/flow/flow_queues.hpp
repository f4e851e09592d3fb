#pragma once

#include <array>
#include <cstdint>

#include "traffic/flow/flow_slab.hpp"

namespace remora::traffic {

/// One list of flows for each rank, the longest silent first; the links are in the records.
class flow_queues {
 public:
  explicit flow_queues(flow_slab& slab) noexcept : slab_{&slab} {}

  /// The flow of this rank that was silent longest, or no_flow.
  std::uint32_t oldest(flow_rank rank) const noexcept { return ends(rank).oldest; }

  /// Behind all others of its rank. @pre it is in no list.
  void add(std::uint32_t place, flow_rank rank) noexcept {
    flow_record& record = (*slab_)[place];
    ends_of& list = ends(rank);
    record.rank = rank;
    record.older = list.newest;
    record.newer = no_flow;
    (list.newest == no_flow ? list.oldest : (*slab_)[list.newest].newer) = place;
    list.newest = place;
  }

  /// @pre it is in the list of its rank.
  void remove(std::uint32_t place) noexcept {
    const flow_record& record = (*slab_)[place];
    ends_of& list = ends(record.rank);
    (record.older == no_flow ? list.oldest : (*slab_)[record.older].newer) = record.newer;
    (record.newer == no_flow ? list.newest : (*slab_)[record.newer].older) = record.older;
  }

 private:
  struct ends_of {
    std::uint32_t oldest = no_flow;
    std::uint32_t newest = no_flow;
  };

  ends_of& ends(flow_rank rank) noexcept { return lists_[static_cast<std::size_t>(rank)]; }
  const ends_of& ends(flow_rank rank) const noexcept { return lists_[static_cast<std::size_t>(rank)]; }

  flow_slab* slab_;
  std::array<ends_of, flow_rank_count> lists_;
};

/// Holes, the oldest first; the links are in the holes.
class hole_list {
 public:
  hole* oldest() const noexcept { return oldest_; }

  void add(hole& which) noexcept {
    which.older = newest_;
    which.newer = nullptr;
    (newest_ == nullptr ? oldest_ : newest_->newer) = &which;
    newest_ = &which;
  }

  void remove(hole& which) noexcept {
    (which.older == nullptr ? oldest_ : which.older->newer) = which.newer;
    (which.newer == nullptr ? newest_ : which.newer->older) = which.older;
  }

 private:
  hole* oldest_ = nullptr;
  hole* newest_ = nullptr;
};

} // namespace remora::traffic
