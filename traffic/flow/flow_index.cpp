#include "traffic/flow/flow_index.hpp"

#include <algorithm>
#include <cassert>
#include <random>

#include "traffic/flow/flow_hash.hpp"

namespace remora::traffic {
namespace {

constexpr std::size_t first_slots = 1024;

} // namespace

keyed_hash keyed_hash::with_random_key() {
  std::random_device source;
  const auto word = [&] { return std::uint64_t{source()} << 32u | source(); };
  const std::uint64_t key0 = word();
  return {key0, word()};
}

flow_index::flow_index() : slots_(first_slots), mask_{first_slots - 1} {}

void flow_index::put(slot entry) noexcept {
  std::size_t at = entry.hash & mask_;
  while (slots_[at].place != no_flow) {
    at = (at + 1) & mask_;
  }
  slots_[at] = entry;
}

void flow_index::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const slot& entry : old) {
    if (entry.place != no_flow) put(entry);
  }
}

void flow_index::insert(std::uint32_t hash, std::uint32_t place) {
  if ((size_ + 1) * 5 > slots_.size() * 3) grow();
  put({hash, place});
  ++size_;
}

void flow_index::erase(std::uint32_t hash, std::uint32_t place) noexcept {
  std::size_t hole = hash & mask_;
  while (slots_[hole].place != place) {
    assert(slots_[hole].place != no_flow);
    hole = (hole + 1) & mask_;
  }
  // Whoever comes later in the same run of full slots, and does not belong behind the hole, moves into it.
  for (std::size_t at = (hole + 1) & mask_; slots_[at].place != no_flow; at = (at + 1) & mask_) {
    const std::size_t home = slots_[at].hash & mask_;
    if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  --size_;
}

std::size_t flow_index::longest_probe() const noexcept {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].place != no_flow) longest = std::max(longest, (at - slots_[at].hash) & mask_);
  }
  return longest;
}

} // namespace remora::traffic
