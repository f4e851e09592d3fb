#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "traffic/dissect/conversation.hpp"
#include "traffic/dissect/http/message.hpp"

namespace remora::traffic::http {

/// What a request says about the response to it.
enum class request_kind : std::uint8_t {
  ordinary,
  head,    ///< HEAD: the response has no body, whatever its fields say.
  connect, ///< CONNECT: when it succeeds, what follows is not HTTP.
  simple,  ///< HTTP/0.9: the response has no head.
};

/// A number for a message, and what the request of that number was.
struct place {
  std::uint64_t number = 0;
  request_kind request = request_kind::ordinary;
};

/// Counts the requests and the responses of a connection, so that the n-th meets the n-th, and knows when
/// that is not to be relied upon any more. README.md has the rules.
class exchange {
 public:
  explicit exchange(conversation& about);

  /// The start line of a request was read.
  std::uint64_t request_begins(request_kind kind);
  /// The head of a final response was read.
  place response_begins();
  /// What the request would be whose response comes next.
  request_kind next_request() const noexcept;

  /// The response to that request has begun.
  bool is_answered(std::uint64_t number) const noexcept { return !unpairable_ && responses_ >= number; }

  /// A CONNECT waits for its response.
  bool connect_waits() const noexcept;

  /// A message is complete, or as complete as it will be. @param trouble Why it is not; empty for most.
  void completed(direction way, std::uint64_t number, std::unique_ptr<message> part, timestamp time,
                 std::uint64_t size, bool gap, std::unique_ptr<const half_trouble> trouble);
  /// There was something that is no message.
  void not_understood(direction way, timestamp time, std::string why, bool gap);

  /// Messages of this direction may have been lost. @param other_is_inside The other direction is in the
  /// middle of a message.
  void lost_count(direction way, bool other_is_inside);
  /// Something came that may have been a message.
  void in_doubt() noexcept { in_doubt_ = true; }

  /// The connection is not HTTP any more.
  void leave_http();
  bool is_over() const noexcept { return over_; }

  std::size_t body_limit() const noexcept { return about_.body_limit_bytes(); }

 private:
  struct odd_request {
    std::uint64_t number;
    request_kind kind;
  };

  request_kind take_odd(std::uint64_t number) noexcept;

  conversation& about_;
  std::uint64_t requests_ = 0;   ///< The number of the last one that began.
  std::uint64_t responses_ = 0;  ///< Likewise.
  std::vector<odd_request> odd_; ///< Requests that are not ordinary, the oldest first.
  bool in_doubt_;                ///< Who answers whom is told by what came first.
  bool pipelined_ = false;       ///< A request began while another waited.
  bool unpairable_ = false;      ///< Nobody can tell any more who answers whom.
  bool over_ = false;
};

} // namespace remora::traffic::http
