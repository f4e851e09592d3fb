#pragma once

#include <cstdint>
#include <utility>

#include "protocol/packet_info.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "traffic/frame.hpp"

namespace remora::worker {

/// Decodes and counts frames as they are read, and collects what scripts learn of them. No packet is copied.
class packet_batcher final : public traffic::frame_handler {
 public:
  /// False: frames are only decoded and counted, because no script wants to know of them. At first true.
  void set_collecting(bool on);

  /// Frames of this time or later are not part of the run.
  void set_end(timestamp end) noexcept { end_ = end; }

  void on_frame(const traffic::frame& packet) override;

  std::uint64_t packets() const noexcept { return decoded_.packets(); }
  std::uint64_t bytes() const noexcept { return bytes_; }
  const traffic::decode_counters& decoded() const noexcept { return decoded_; }

  /// Of them, those from or to the port of DNS.
  std::uint64_t dns_packets() const noexcept { return dns_packets_; }

  /// Frames that were read but came after the end.
  std::uint64_t beyond_end() const noexcept { return beyond_end_; }

  /// The latest time stamp so far; the time of a capture, whose stamps may go back, is this.
  timestamp latest() const noexcept { return latest_; }

  /// What was collected since the last call.
  packet_info_batch take() { return std::exchange(batch_, {}); }
  bool has_collected() const noexcept { return !batch_.empty(); }

 private:
  bool collecting_ = true;
  timestamp end_ = timestamp::max();
  timestamp latest_ = timestamp::min();
  std::uint64_t bytes_ = 0;
  std::uint64_t beyond_end_ = 0;
  std::uint64_t dns_packets_ = 0;
  traffic::decode_counters decoded_;
  packet_info_batch batch_;
};

} // namespace remora::worker
