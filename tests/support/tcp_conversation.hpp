#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/support/frame_builder.hpp"

namespace remora::test {

/// TCP flags, for readable tests.
namespace flag {
inline constexpr std::uint8_t fin = 0x01;
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t rst = 0x04;
inline constexpr std::uint8_t psh = 0x08;
inline constexpr std::uint8_t ack = 0x10;
} // namespace flag

enum class side : std::uint8_t { client, server };

/// Where a conversation takes place.
struct conversation_style {
  std::uint32_t client_address = 0x0A000001; ///< 10.0.0.1
  std::uint32_t server_address = 0x0A000002; ///< 10.0.0.2
  std::uint16_t client_port = 40000;
  std::uint16_t server_port = 80;
  std::uint32_t client_isn = 1000; ///< Sequence number of the SYN; the first byte has the next.
  std::uint32_t server_isn = 5000;
  bool ipv6 = false; ///< The same addresses, behind 2001:db8::.
};

/// Writes the Ethernet frames of a TCP connection. What is said in order (`syn`, `data`, `fin`, ...) keeps
/// the sequence numbers; `at` says anything, at any place of the stream.
class tcp_conversation {
 public:
  explicit tcp_conversation(const conversation_style& style = {});

  bytes syn(const bytes& payload = {}); ///< From the client.
  bytes syn_ack();                      ///< From the server.
  std::vector<bytes> handshake();       ///< SYN, SYN-ACK, ACK.
  bytes data(side from, const bytes& payload);
  bytes ack(side from) const;
  bytes fin(side from, const bytes& payload = {});
  bytes rst(side from) const;
  /// FIN, FIN-ACK, ACK; `first` begins.
  std::vector<bytes> close(side first);

  /// A segment whose first byte is `offset` bytes behind the first of the stream, acknowledging all that the
  /// other side has said. Nothing moves on.
  bytes at(side from, std::uint32_t offset, const bytes& payload,
           std::uint8_t flags = flag::ack | flag::psh) const;
  /// The same with a sequence number and an acknowledgement of its own.
  bytes raw(side from, std::uint32_t sequence, std::uint32_t acknowledgement, std::uint8_t flags,
            const bytes& payload = {}) const;

  /// How much a side has said so far, and the sequence number of what comes next.
  std::uint32_t said(side who) const;
  std::uint32_t next(side who) const { return next_[index(who)]; }
  /// A side said this much more that nobody captured.
  void skip(side who, std::uint32_t count) { next_[index(who)] += count; }

 private:
  static std::size_t index(side who) { return static_cast<std::size_t>(who); }
  static side other(side who) { return who == side::client ? side::server : side::client; }

  conversation_style style_;
  std::array<std::uint32_t, 2> next_;
};

} // namespace remora::test
