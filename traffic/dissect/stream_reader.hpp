#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "traffic/dissect/conversation.hpp"
#include "traffic/dissect/dissector.hpp"

namespace remora::traffic {

/// The consumer of one TCP connection: finds out which protocol it speaks, by content first and by port
/// second, then hands its bytes to that protocol's dissector.
class stream_reader final : public stream_consumer {
 public:
  stream_reader(const dissect_surroundings& around, const flow_info& flow);
  ~stream_reader() override;

  interest on_bytes(direction way, byte_view bytes, timestamp time) override;
  interest on_gap(direction way, std::uint64_t missing_bytes, timestamp time) override;
  void on_end(direction way, stream_end end, timestamp time) override;

 private:
  /// What a direction began with, while nobody knows what it is.
  struct beginning {
    std::string bytes;
    timestamp time;
    bool hopeless = false; ///< No protocol begins like this.
  };

  interest identify(direction way, byte_view bytes, timestamp time);
  interest begin_with(const stream_protocol& protocol, direction way, likeness speaker);
  interest replay(direction way);
  interest give_up_identifying();
  direction corrected(direction way) const noexcept { return swapped_ ? opposite(way) : way; }
  beginning& of(direction way) noexcept { return beginnings_[static_cast<std::size_t>(way)]; }

  const dissect_surroundings& around_;
  flow_info flow_;
  conversation about_;
  std::unique_ptr<stream_dissector> dissector_;
  std::array<beginning, direction_count> beginnings_;
  timestamp began_;
  bool swapped_ = false;
  bool may_be_in_the_middle_; ///< Its start was not seen, or bytes were missing: a message may begin later.
  bool decided_ = false;      ///< Identified or given up.
  std::uint8_t ended_ = 0;    ///< Directions that have ended.
};

} // namespace remora::traffic
