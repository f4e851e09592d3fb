#pragma once

#include <cstdint>
#include <optional>

#include "tests/support/frame_builder.hpp"

/// Builds what lies between a packet and the packet inside it: ipv4({47}, gre({}, ipv6({}, ...))).
namespace remora::test {

inline constexpr std::uint16_t ether_transparent = 0x6558;
inline constexpr std::uint16_t ether_ppp = 0x880B;
inline constexpr std::uint16_t ether_erspan = 0x88BE;

/// The optional fields are 0x01020304, ….
struct gre_style {
  std::uint16_t type = ether_ipv4;
  bool checksum = false;
  bool key = false;
  bool sequence = false;
  std::uint16_t more_flags = 0; ///< Among them the version.
};
bytes gre(const gre_style& style, const bytes& payload);

struct pptp_style {
  bool sequence = true;
  bool acknowledgement = false;
  std::optional<std::uint16_t> length = {}; ///< Nothing: the right one.
};
/// GRE version 1.
bytes pptp(const pptp_style& style, const bytes& payload);

/// Behind GRE with a sequence number: the header of ERSPAN type II.
bytes erspan2(const bytes& frame);

bytes vxlan(const bytes& frame, std::uint8_t flags = 0x08);

/// @param option_words How many times four bytes of options.
bytes geneve(std::uint16_t type, std::uint8_t option_words, const bytes& payload);

/// What a Teredo server puts before the packet.
bytes teredo_authentication(std::uint8_t id_bytes, std::uint8_t value_bytes, const bytes& payload);
bytes teredo_origin(const bytes& payload);

struct ayiya_style {
  std::uint8_t operation = 1; ///< Forward.
  std::uint8_t next_header = 41;
};
/// With an identity of 16 bytes and a signature of 20.
bytes ayiya(const ayiya_style& style, const bytes& payload);

struct gtp_style {
  std::uint8_t flags = 0x30;
  std::uint8_t type = 0xFF;
  std::uint8_t extensions = 0;              ///< Headers of four bytes; with any, set a flag.
  std::optional<std::uint16_t> length = {}; ///< Nothing: the right one.
};
bytes gtp_u(const gtp_style& style, const bytes& payload);

} // namespace remora::test
