#pragma once

#include <array>
#include <cstdint>

#include "traffic/decode/decoded_packet.hpp"

namespace remora::traffic {

/// How many packets were seen, by what they are and by how far decoding came. Each of the two tables adds up
/// to packets(): nothing is counted twice or not at all. One thread uses it.
class decode_counters {
 public:
  void add(const decoded_packet& packet) noexcept {
    ++packets_;
    ++by_kind_[static_cast<std::size_t>(packet.kind)];
    ++by_status_[static_cast<std::size_t>(packet.status)];
    ++by_reason_[static_cast<std::size_t>(packet.reason)];
  }

  std::uint64_t packets() const noexcept { return packets_; }
  std::uint64_t of(packet_kind kind) const noexcept { return by_kind_[static_cast<std::size_t>(kind)]; }
  std::uint64_t of(decode_status status) const noexcept {
    return by_status_[static_cast<std::size_t>(status)];
  }
  /// Why packets were malformed; `none` counts all the others, so that this table adds up too.
  std::uint64_t of(malformed_reason reason) const noexcept {
    return by_reason_[static_cast<std::size_t>(reason)];
  }

 private:
  std::uint64_t packets_ = 0;
  std::array<std::uint64_t, packet_kind_count> by_kind_{};
  std::array<std::uint64_t, decode_status_count> by_status_{};
  std::array<std::uint64_t, malformed_reason_count> by_reason_{};
};

} // namespace remora::traffic
