#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "script/captures.hpp"
#include "traffic/frame.hpp"
#include "traffic/store/stream_store.hpp"

namespace remora::worker {

/// Merges capture files by time. They are read one after the other, however many there are: the packets lie
/// in a scratch file until all are known, and with them the format that has room for their link types.
class merged_captures final : public script::capture_merge {
 public:
  /// @param most_packets 40 bytes of memory each.
  merged_captures(script::new_file scratch, std::size_t most_packets)
      : scratch_{std::move(scratch)}, most_{most_packets} {}

  result<void> add(const std::string& name, file_descriptor content, const script::go_on& more) override;
  result<void> write(const script::byte_taker& to, const script::go_on& more) override;

 private:
  class collector;
  result<void> take(const traffic::frame& packet);
  result<void> flush();
  result<std::uint64_t> read(const std::vector<traffic::packet_place>& places,
                             const std::function<bool(const traffic::frame&)>& take) const;

  script::new_file scratch_;
  const std::size_t most_;
  std::vector<traffic::packet_place> places_; ///< Each begins with the length on the wire, 4 bytes.
  std::string waiting_;                       ///< For the scratch file.
  std::uint64_t end_ = 0;                     ///< Of what was taken.
};

} // namespace remora::worker
