#pragma once

#include <memory>
#include <string>

#include "traffic/capture/format_parser.hpp"

namespace remora::traffic {

/// The parser for a pcapng file, whose first four bytes are 0a 0d 0d 0a. Source: draft-ietf-opsawg-pcapng.
///
/// Sections of either byte order may follow each other; interfaces may have different link types and clocks.
/// Packets come from enhanced, simple and obsolete packet blocks; all other blocks are skipped, however long.
/// A simple packet block has no time: its packet gets that of the packet before it. A time between two
/// nanoseconds is rounded down; one that a timestamp cannot hold is damage. A packet longer than its
/// interface's limit is treated as in a pcap file.
std::unique_ptr<format_parser> make_pcapng_parser(std::string name, input_buffer& in);

} // namespace remora::traffic
