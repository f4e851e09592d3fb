#pragma once

#include <array>
#include <string>

#include "traffic/dissect/dissector.hpp"
#include "traffic/dissect/dns/dns_talk.hpp"

namespace remora::traffic {

/// DNS over TCP: each message is preceded by two bytes of length (RFC 1035, section 4.2.2). Holds what has
/// come of one message in each direction: at most 64 KiB.
class dns_stream_dissector final : public stream_dissector {
 public:
  dns_stream_dissector(conversation& about, const protocol_facts& facts) noexcept
      : talk_{about, facts, dns_talk::transport::stream} {}

  interest on_bytes(direction way, byte_view bytes, timestamp time) override;
  interest on_gap(direction way, std::uint64_t missing_bytes, timestamp time) override;
  void on_end(direction way, stream_end end, timestamp time) override;

 private:
  struct side {
    std::string begun; ///< Of a message that is not whole yet, its length included.
    bool lost = false; ///< Where messages begin is not known any more.
  };

  side& of(direction way) noexcept { return sides_[static_cast<std::size_t>(way)]; }
  bool complete_begun(direction way, byte_view& bytes, timestamp time);
  void on_whole(direction way, byte_view framed, timestamp time);
  void abandon(direction way, timestamp time, const char* why);
  interest now(direction way) noexcept;

  dns_talk talk_;
  std::array<side, direction_count> sides_;
};

} // namespace remora::traffic
