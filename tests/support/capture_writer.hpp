#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/byte_writer.hpp"

/// Writes capture files for tests, right or wrong on purpose.
namespace remora::test {

struct pcap_style {
  byte_order order = byte_order::little;
  bool nanoseconds = false;
  bool modified = false; ///< Eight more bytes in each packet header.
  std::uint32_t snaplen = 262'144;
  std::uint32_t link = 1;
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
};

/// A classic pcap file. Source: draft-ietf-opsawg-pcap.
class pcap_writer {
 public:
  explicit pcap_writer(pcap_style style = {});

  /// @param wire_bytes Nothing: as many as were captured.
  pcap_writer& packet(std::int64_t time_ns, const bytes& captured,
                      std::optional<std::uint32_t> wire_bytes = std::nullopt);

  const bytes& content() const noexcept { return out_.content(); }

 private:
  pcap_style style_;
  byte_writer out_;
};

struct pcapng_interface_style {
  std::uint16_t link = 1;
  std::uint32_t snaplen = 0;
  std::optional<std::uint8_t> resolution = {};     ///< if_tsresol; nothing: microseconds.
  std::optional<std::int64_t> offset_seconds = {}; ///< if_tsoffset.
  std::string name = {};                           ///< if_name; empty: none.
};

/// A pcapng file. Source: draft-ietf-opsawg-pcapng.
class pcapng_writer {
 public:
  /// Begins with a section header.
  explicit pcapng_writer(byte_order order = byte_order::little);

  /// Another section; interfaces start from 0 again.
  pcapng_writer& section(byte_order order);
  pcapng_writer& interface(const pcapng_interface_style& style);

  /// @param ticks In the unit of the interface. @param comment Empty: no options.
  pcapng_writer& enhanced_packet(std::uint32_t interface, std::uint64_t ticks, const bytes& captured,
                                 std::optional<std::uint32_t> wire_bytes = std::nullopt,
                                 const std::string& comment = {});
  /// What is written is `captured`; the length in the block is `wire_bytes`.
  pcapng_writer& simple_packet(const bytes& captured, std::optional<std::uint32_t> wire_bytes = std::nullopt);
  pcapng_writer& obsolete_packet(std::uint16_t interface, std::uint64_t ticks, const bytes& captured,
                                 std::optional<std::uint32_t> wire_bytes = std::nullopt);
  /// A block of any type; the body is padded to 32 bits.
  pcapng_writer& block(std::uint32_t type, const bytes& body);

  /// A writer of numbers in the byte order of this section, for bodies.
  byte_writer body() const { return byte_writer{out_.order()}; }
  const bytes& content() const noexcept { return out_.content(); }

 private:
  byte_writer out_;
};

/// Writes a file; ends the test program when that is not possible.
void write_file(const std::string& path, const bytes& content);

/// The content of a file; ends the test program when it cannot be read.
bytes read_file(const std::string& path);

} // namespace remora::test
