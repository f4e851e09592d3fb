#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace remora::traffic {

/// No flow: the end of a list, an empty slot.
inline constexpr std::uint32_t no_flow = UINT32_MAX;

/// From hashes to the places of flow records: open addressing with linear probing, at most 60 % full, eight
/// bytes a slot. The hash is kept beside the place, so that growing needs no record and a probe rarely
/// touches a wrong one. Removing moves later entries up instead of leaving a mark: coming and going costs
/// nothing.
class flow_index {
 public:
  flow_index();

  /// The place for which `is_it(place)` holds among those with this hash, or no_flow.
  template <class Predicate>
  std::uint32_t find(std::uint32_t hash, Predicate is_it) const {
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const slot& here = slots_[at];
      if (here.place == no_flow) return no_flow;
      if (here.hash == hash && is_it(here.place)) return here.place;
    }
  }

  /// @pre `place` is not in it.
  void insert(std::uint32_t hash, std::uint32_t place);
  /// @pre `place` was inserted with this hash.
  void erase(std::uint32_t hash, std::uint32_t place) noexcept;

  std::size_t size() const noexcept { return size_; }
  std::size_t memory_bytes() const noexcept { return slots_.capacity() * sizeof(slot); }
  /// The longest way from where an entry belongs to where it is: what the worst look-up costs. For tests.
  std::size_t longest_probe() const noexcept;

 private:
  struct slot {
    std::uint32_t hash = 0;
    std::uint32_t place = no_flow;
  };

  void put(slot entry) noexcept;
  void grow();

  std::vector<slot> slots_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

} // namespace remora::traffic
