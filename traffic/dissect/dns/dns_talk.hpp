#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "traffic/dissect/conversation.hpp"
#include "traffic/dissect/dns/dns_part.hpp"

namespace remora::traffic {

/// The messages between two ends, on their way to the conversation: says which half each is, and keeps
/// repetitions out of it.
class dns_talk {
 public:
  /// How messages come. What was captured twice comes twice as datagrams, once in a stream.
  enum class transport : std::uint8_t { datagrams, stream };

  /// @param about Outlives this.
  dns_talk(conversation& about, const protocol_facts& facts, transport how) noexcept
      : about_{about}, facts_{facts}, how_{how} {}

  /// One message, without the length that precedes it on TCP.
  /// @param size Bytes it took on its connection, those that were not captured included.
  /// @param is_cut Not all of it was captured.
  void on_message(direction way, byte_view message, std::uint64_t size, bool is_cut, timestamp time);

  /// Bytes that are no message and will not become one.
  void failed(direction way, byte_view begun, std::uint64_t size, timestamp time, const char* why);

  conversation& about() noexcept { return about_; }

 private:
  struct seen_message {
    std::uint64_t fingerprint = 0;
    timestamp time;
  };
  /// A query that was asked more than once: as many answers may come.
  struct repeated_query {
    std::uint16_t id = 0;
    bool turned = false;
    std::uint8_t times = 0;
    timestamp last;
  };

  bool seen_just_now(direction way, byte_view message, timestamp time);
  void on_query(const dns_part& part, message_half half);
  void on_answer(const dns_part& part, message_half half);
  bool is_retry(const dns_part& part, const message_half& half) const;
  void note_retry(std::uint16_t id, const message_half& half);
  bool answers_a_retry(std::uint16_t id, const message_half& half);

  conversation& about_;
  const protocol_facts& facts_;
  transport how_;
  std::vector<seen_message> seen_; ///< A ring.
  std::size_t next_seen_ = 0;
  std::vector<repeated_query> repeated_;
  bool transfers_ = false;        ///< A zone is handed over, in as many messages as it takes,
  std::uint16_t transfer_id_ = 0; ///< with this id.
};

} // namespace remora::traffic
