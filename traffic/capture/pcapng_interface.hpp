#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "traffic/bytes.hpp"
#include "traffic/capture/packet_source.hpp"
#include "traffic/link_type.hpp"

namespace remora::traffic {

/// What an interface description block of a pcapng file says. Source: draft-ietf-opsawg-pcapng, section 4.2.
struct pcapng_interface {
  link_type link = link_type::unsupported;
  std::uint32_t link_number = 0;
  std::uint32_t snaplen = 0;                    ///< 0: no limit declared.
  std::uint32_t max_captured = default_snaplen; ///< A longer packet is corrupt.
  std::uint8_t resolution = 6;                  ///< if_tsresol: the top bit is set for powers of two.
  std::int64_t offset_seconds = 0;              ///< if_tsoffset.

  /// Ticks of this interface's clock as a point in time; nothing when a timestamp cannot hold it.
  std::optional<timestamp> time_of(std::uint64_t ticks) const noexcept;
};

/// Reads the body of an interface description block. Nothing when it is too short for its fixed part or an
/// option does not fit into it.
std::optional<pcapng_interface> read_pcapng_interface(byte_view body, bool big_endian);

} // namespace remora::traffic
