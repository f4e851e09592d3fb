#pragma once

#include <memory>
#include <optional>
#include <string>

#include "traffic/capture/format_parser.hpp"

namespace remora::traffic {

/// The parser for a classic pcap file that begins with these four bytes, or nothing when none does. Either
/// byte order, micro- or nanoseconds, and the "modified" kind whose records have eight more bytes of header.
/// Source: draft-ietf-opsawg-pcap.
///
/// A packet longer than the file's own limit is delivered whole up to 262144 bytes (or that limit if it is
/// larger, up to 16 MiB); beyond that the record is corrupt. A packet said to be shorter on the wire than
/// what was captured of it counts with what was captured. A fraction of a second of a second and more is
/// added as it stands; no time of such a file can leave what a timestamp holds.
std::unique_ptr<format_parser> make_pcap_parser(const std::uint8_t (&magic)[4], std::string name,
                                                input_buffer& in);

} // namespace remora::traffic
