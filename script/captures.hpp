#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "script/files/folder.hpp"

namespace remora::script {

/// The capture file of a stream.
struct stream_file {
  std::uint64_t number = 0; ///< Of the stream.
  std::string name;         ///< "000000000042.pcap", as items have it in `stream`.
};

/// Reads the name of a stream, with ".pcap" at its end or without. Nothing for anything else: what comes back
/// is never a path. Source: items, section 1, `stream`.
std::optional<stream_file> read_stream_name(std::string_view name);

/// Capture files on their way to one, in which packets are in the order of their times.
class capture_merge {
 public:
  capture_merge() = default;
  capture_merge(const capture_merge&) = delete;
  capture_merge& operator=(const capture_merge&) = delete;
  virtual ~capture_merge() = default;

  /// Takes over the packets of a file, up to where it is damaged. Errors: not_a_capture, unknown_link_type,
  /// too_large, store_full, io_failed; also when `more` says no.
  virtual result<void> add(const std::string& name, file_descriptor content, const go_on& more) = 0;
  /// Hands over the file they make: pcap; pcapng for several link types; without packets for none at all.
  virtual result<void> write(const byte_taker& to, const go_on& more) = 0;
};

/// The names of addresses that a node has known.
struct known_names {
  std::uint64_t version = 0; ///< Another one: the text is another.
  /// {"<unix seconds>": {"<ip>": {"FullAddress": "name", "Namespace": "ns"}}}
  std::string json = "{}";
};

/// The packets that a node keeps, for its scripts. Any thread; may wait for the disk.
class capture_desk {
 public:
  virtual ~capture_desk() = default;

  /// Makes the capture file of a stream, of what is stored of it now. Nothing is made when nothing is.
  /// @returns its absolute path: in folder(), with the name of the stream. Errors: store_full, io_failed.
  virtual result<std::string> path(const stream_file& of, const go_on& more) = 0;
  /// Where those files are: absolute. Scripts may read there.
  virtual const std::string& folder() const = 0;

  /// Hands over a file of what is stored of some streams, or of all, as capture_merge::write() does. Errors:
  /// not_found (this node stores no packets), too_large, io_failed, those of `to`.
  virtual result<void> write_stored(const std::optional<std::set<std::uint64_t>>& streams,
                                    const byte_taker& to, const go_on& more) = 0;

  /// What the node knows by now; not null.
  virtual std::shared_ptr<const known_names> names() = 0;

  /// @param scratch Where packets lie meanwhile.
  virtual std::unique_ptr<capture_merge> begin_merge(new_file scratch) = 0;
};

} // namespace remora::script
