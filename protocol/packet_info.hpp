#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.hpp"

namespace remora {

/// What a script learns of one captured packet; the bytes stay where they were captured. Sixteen bytes, so
/// that a batch of a thousand stays in the first-level cache. Source: scripting API, onPacketCaptured.
struct packet_info {
  std::int64_t timestamp_ns = 0;     ///< Unix time in nanoseconds, as captured.
  std::uint32_t wire_length = 0;     ///< Bytes the packet had on the wire.
  std::uint32_t capture_length : 31; ///< Bytes that were captured.
  std::uint32_t fragmented : 1;      ///< 1: an IP fragment.

  packet_info() noexcept : capture_length{0}, fragmented{0} {}
  packet_info(timestamp time, std::uint32_t captured, std::uint32_t wire, bool fragment) noexcept
      : timestamp_ns{to_unix_ns(time)},
        wire_length{wire},
        capture_length{captured & 0x7FFF'FFFFu},
        fragmented{fragment ? 1u : 0u} {}

  bool truncated() const noexcept { return capture_length < wire_length; }
};
static_assert(sizeof(packet_info) == 16);

/// A run of packets in the order of capture: immutable once made, shared by every script, never serialised.
using packet_info_batch = std::vector<packet_info>;
using packet_info_batch_ptr = std::shared_ptr<const packet_info_batch>;

} // namespace remora
