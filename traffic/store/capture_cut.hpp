#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/ip_address.hpp"
#include "traffic/bytes.hpp"
#include "traffic/store/stream_store.hpp"

namespace remora::traffic {

/// Takes a file piece by piece; says false when no more is wanted.
using file_sink = std::function<bool(byte_view)>;

/// What went into a file.
struct cut_summary {
  std::uint64_t packets = 0;
  std::uint64_t missing = 0; ///< Deleted or damaged while the file was made.
  std::uint64_t bytes = 0;   ///< Of the file.
  bool is_whole = true;      ///< False: the sink wanted no more.
};

struct cut_limits {
  std::size_t packets = 1u << 20; ///< 40 bytes of memory each.
};

/// Writes a capture file of one or several streams, merged by time, with nanoseconds. All packets must have
/// one link type. Times outside of 1970 to 2106 become the nearest that the format has. Source:
/// draft-ietf-opsawg-pcap. Errors: not_found (nothing is stored of them), invalid_usage (several link types:
/// write a pcapng file), too_large, permission_denied, io_failed.
result<cut_summary> cut_pcap(const stream_store& from, const std::set<std::uint64_t>& streams,
                             const file_sink& to, cut_limits limits = {});

struct pcapng_options {
  std::string comment;                ///< Of the file; empty: none. At most 65,535 bytes.
  std::string application = "remora"; ///< What wrote it.
  std::vector<std::pair<ip_address, std::string>> names{}; ///< Names of addresses, for a resolution block.
};

/// The same as a pcapng file: an interface for each link type, nanoseconds, names and comments. Source:
/// draft-ietf-opsawg-pcapng. Errors: as of cut_pcap() but invalid_usage.
result<cut_summary> cut_pcapng(const stream_store& from, const std::set<std::uint64_t>& streams,
                               const file_sink& to, const pcapng_options& options = {},
                               cut_limits limits = {});

} // namespace remora::traffic
