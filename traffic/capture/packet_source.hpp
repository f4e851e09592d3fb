#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// What read() ended with.
enum class read_status : std::uint8_t {
  more, ///< `max_frames` were handed over, or fewer; call again.
  idle, ///< Nothing arrived within `wait`: a quiet network, or a pipe whose writer has not written.
  end,  ///< The files are at their end, or at their damage. A live source never ends.
};

/// What a source has seen since it was opened. 64 bits: libpcap's 32-bit counters are unwrapped.
/// Always: received = frames handed over + filtered_out. What was lost before it could be received is counted
/// apart: on the wire = received + kernel_dropped + interface_dropped (+ what still waits in the buffer).
struct source_counters {
  std::uint64_t received = 0;     ///< Packets taken from the network or from the files.
  std::uint64_t filtered_out = 0; ///< Of those, packets of a file that the filter refused. Live: 0, the
                                  ///< kernel filters and does not count.
  std::uint64_t kernel_dropped =
      0; ///< Live: no room in the capture buffer. Source: pcap_stats(3PCAP) ps_drop.
  std::uint64_t interface_dropped = 0; ///< Live: lost by the interface or its driver. Source: ps_ifdrop.
};

/// Where packets come from. One thread uses it.
class packet_source {
 public:
  packet_source() = default;
  packet_source(const packet_source&) = delete;
  packet_source& operator=(const packet_source&) = delete;
  virtual ~packet_source() = default;

  /// Hands over at most `max_frames` frames. Waits at most `wait` for the first one when there is none;
  /// returns sooner when a signal arrives (`idle`, no error). Errors: unknown_interface (it disappeared while
  /// capturing), io_failed; not_a_capture, unknown_link_type and invalid_filter for the head of a stream.
  /// After an error the source is used up.
  virtual result<read_status> read(frame_handler& handler, std::size_t max_frames, milliseconds wait) = 0;

  virtual source_counters counters() = 0;

  /// Files: what was cut off, corrupt or unreadable, each "FILE: … at offset N: reason". An entry appears
  /// only after every packet before the damage was handed over. Empty for a live source.
  virtual const std::vector<error>& damage() const = 0;
};

/// The longest text of a capture filter that is accepted, in bytes.
inline constexpr std::size_t max_filter_bytes = 4096;

/// The most bytes of one packet that are ever captured, unless a file declares more for itself.
inline constexpr std::uint32_t default_snaplen = 262'144;

struct live_options {
  std::vector<std::string> interfaces{"any"}; ///< Names; "any" stands alone.
  std::string filter;                         ///< BPF text as tcpdump takes it; empty: everything.
  std::uint32_t snaplen = default_snaplen;    ///< Bytes kept of each packet, 1 to 262144.
  std::size_t buffer_bytes = 64u << 20;       ///< The kernel's buffer, for each interface.
  bool promiscuous = false;                   ///< Also what is addressed to others. Not possible on "any".
};

/// Starts capturing. Frames of several interfaces are handed over as they come; those of one are in order.
/// Errors: unknown_interface (names those that exist), permission_denied (says what to grant),
/// invalid_filter, unknown_link_type, invalid_usage, io_failed (interface is down, …).
result<std::unique_ptr<packet_source>> open_live(const live_options& options);

struct file_options {
  std::vector<std::string> paths; ///< pcap or pcapng; "-" is standard input, once.
  std::string filter;             ///< BPF text; empty: everything.
};

/// Opens capture files. Several are merged by time; on equal times the file named first goes first. Each file
/// is read ahead by its own buffer only (1 MiB for one file, 64 KiB at least for many), which grows for a
/// record that needs more, up to 17 MiB. The head of a pipe (or FIFO) is judged by the first read(), which
/// does not block; files are judged here. Errors: not_found, permission_denied, not_a_capture (says what the
/// file is), unknown_link_type (names the number), invalid_filter, invalid_usage, io_failed.
result<std::unique_ptr<packet_source>> open_files(const file_options& options);

/// Compiles a capture filter and throws the program away. Errors: invalid_filter, with libpcap's reason.
result<void> check_filter(std::string_view filter, link_type link = link_type::ethernet);

} // namespace remora::traffic
