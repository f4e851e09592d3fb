#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace remora::bench {

/// What a capture is to contain. The same plan always gives the same bytes, on every machine.
struct capture_plan {
  std::uint64_t packets = 1'000'000;
  std::uint32_t flows = 1'000; ///< 7 of 10 are TCP; a few carry most of the packets. At most 65,536.
  std::uint64_t seed = 1;
};

/// What a capture contains, counted while it was written.
struct ground_truth {
  std::uint64_t packets = 0;
  std::uint64_t wire_bytes = 0;
  std::uint64_t captured_bytes = 0;
  std::uint64_t truncated = 0;  ///< Packets captured shorter than they were.
  std::uint64_t fragmented = 0; ///< Packets that are IP fragments.
  std::uint64_t tcp = 0;
  std::uint64_t udp = 0; ///< Fragments of datagrams included.

  friend bool operator==(const ground_truth& lhs, const ground_truth& rhs) noexcept;
};

/// Writes mixed traffic to a classic pcap file (Ethernet, microseconds): frames of 64 to 1500 bytes, 1 to 19
/// us apart, TCP with sequence numbers that progress, 0.5 % of the packets cut short, 0.2 % IP fragments.
/// Errors: invalid_usage (a plan without packets or flows), io_failed (the file cannot be written).
result<ground_truth> make_capture(const std::string& path, const capture_plan& plan);

/// A capture in a folder, made when it is not there yet.
struct cached_capture {
  std::string path;
  ground_truth truth;
};
/// Errors: as make_capture.
result<cached_capture> find_or_make_capture(const std::string& folder, const capture_plan& plan);

/// "PACKETS KILOBYTES" with three decimals: what l4.js prints when it has seen every packet.
std::string totals_line(std::uint64_t packets, std::uint64_t wire_bytes);

} // namespace remora::bench
