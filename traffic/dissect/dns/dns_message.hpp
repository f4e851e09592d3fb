#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/ip_address.hpp"
#include "traffic/bytes.hpp"
#include "traffic/dissect/dns/dns_name.hpp"

namespace remora::traffic {

/// The four parts of a message, in their order. Source: RFC 1035, section 4.1.
enum class dns_section : std::uint8_t { questions, answers, authorities, additionals };
inline constexpr std::size_t dns_section_count = 4;

/// Numbers of types that have a meaning of their own here.
namespace dns_type {
inline constexpr std::uint16_t a = 1;
inline constexpr std::uint16_t ns = 2;
inline constexpr std::uint16_t cname = 5;
inline constexpr std::uint16_t soa = 6;
inline constexpr std::uint16_t ptr = 12;
inline constexpr std::uint16_t mx = 15;
inline constexpr std::uint16_t txt = 16;
inline constexpr std::uint16_t aaaa = 28;
inline constexpr std::uint16_t srv = 33;
inline constexpr std::uint16_t opt = 41;
inline constexpr std::uint16_t spf = 99;
inline constexpr std::uint16_t ixfr = 251;
inline constexpr std::uint16_t axfr = 252;
inline constexpr std::uint16_t uri = 256;
} // namespace dns_type

/// What a message begins with.
struct dns_header {
  static constexpr std::size_t size = 12;

  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::array<std::uint16_t, dns_section_count> counts{}; ///< What it says it has in each section.

  bool is_response() const noexcept { return (flags & 0x8000u) != 0; }
  unsigned opcode() const noexcept { return (flags >> 11u) & 0xFu; }
  bool authoritative() const noexcept { return (flags & 0x0400u) != 0; }
  bool truncated() const noexcept { return (flags & 0x0200u) != 0; }
  bool recursion_desired() const noexcept { return (flags & 0x0100u) != 0; }
  bool recursion_available() const noexcept { return (flags & 0x0080u) != 0; }
  unsigned rcode() const noexcept { return flags & 0xFu; } ///< Its lower four bits; see dns_rcode().
};

/// A question, or the fixed part of a record; positions are offsets in its message.
struct dns_entry {
  std::size_t name_at = 0;
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint32_t ttl = 0; ///< Records only, as the others below.
  std::size_t data_at = 0;
  std::size_t data_size = 0;
  std::size_t end = 0;
};

/// What is in a message, as far as it can be read.
struct dns_outline {
  dns_header header;
  std::array<std::uint16_t, dns_section_count> found{}; ///< Entries that are whole.
  std::size_t questions_end = 0;
  std::size_t end = 0; ///< Of the last entry that is whole.

  bool has_all_questions() const noexcept { return found[0] == header.counts[0]; }
  bool has_all() const noexcept { return found == header.counts; }
  std::size_t entries() const noexcept { return std::size_t{found[0]} + found[1] + found[2] + found[3]; }
};

/// Nothing when there are fewer than 12 bytes.
std::optional<dns_header> read_dns_header(byte_view message) noexcept;

/// The entry at an offset, its name not followed. Nothing when it is not whole.
std::optional<dns_entry> read_dns_entry(byte_view message, std::size_t at, bool is_question) noexcept;

/// The address of an A or AAAA record; nothing when it is another, or its data has the wrong length.
std::optional<ip_address> dns_address(const dns_entry& record, byte_view data) noexcept;

/// Reads a message once, checking the name of every entry, and tells of each: entry(section, offset). Stops
/// at what is malformed or not there. Nothing when there is no header.
template <class OnEntry>
std::optional<dns_outline> outline_dns(byte_view message, OnEntry on_entry) {
  const auto header = read_dns_header(message);
  if (!header) return std::nullopt;
  dns_outline out;
  out.header = *header;
  out.end = out.questions_end = dns_header::size;
  dns_effort effort;
  for (std::size_t section = 0; section < dns_section_count; ++section) {
    for (; out.found[section] < header->counts[section]; ++out.found[section]) {
      if (!end_of_dns_name(message, out.end, effort)) return out;
      const auto entry = read_dns_entry(message, out.end, section == 0);
      if (!entry) return out;
      on_entry(static_cast<dns_section>(section), *entry);
      out.end = entry->end;
      if (section == 0) out.questions_end = out.end;
    }
  }
  return out;
}
inline std::optional<dns_outline> outline_dns(byte_view message) {
  return outline_dns(message, [](dns_section, const dns_entry&) {});
}

} // namespace remora::traffic
