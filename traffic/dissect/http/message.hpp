#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/item/item_part.hpp"
#include "traffic/dissect/http/start_line.hpp"

namespace remora::traffic::http {

/// What is cut off from bodies beyond; also what decoding a body may yield. Source: items, section 8.
constexpr std::size_t default_body_limit = 1 << 20;

enum class message_kind : std::uint8_t { request, response };

/// A request or a response: its head as it came, and its body as far as it is kept, without framing. All that
/// scripts see is worked out from these when they ask. One allocation when it came in one piece.
class message final : public item_part {
 public:
  /// @param head From the start line through the empty line. @param line Its start line.
  /// @param body The whole body, when it is at hand; else it follows by append().
  static std::unique_ptr<message> make(message_kind kind, std::string_view head, const start_line& line,
                                       std::string_view body = {});

  message_kind kind() const noexcept { return kind_; }
  shaped members() const noexcept override;
  std::size_t footprint() const noexcept override;

  /// While it is being read: more of its body. @param limit What is beyond is counted, not kept.
  void append(std::string_view bytes, std::size_t limit);
  /// While it is being read: that much of its body is not there; nothing is kept of what follows.
  void lose(std::uint64_t bytes) noexcept;
  /// While it is being read: the header lines behind a chunked body, without the empty line.
  void set_trailers(std::string&& lines);
  /// No more of it comes. @param true_size What its body should have; 0 for what came.
  void close(bool is_cut, std::uint64_t true_size = 0);

  std::string_view head() const noexcept { return {bytes(), head_size_}; }
  const start_line& line() const noexcept { return line_; }
  std::string_view method() const noexcept { return head().substr(0, line_.method_size); }
  std::string_view target() const noexcept { return head().substr(line_.target_begin, line_.target_size); }
  /// The header lines: what follows the start line, and what followed the body.
  std::string_view fields() const noexcept;
  std::string_view trailers() const noexcept;

  std::string_view body() const noexcept;
  /// Bytes of the body as it was transferred, chunk framing apart; more than body() when it is truncated.
  std::uint64_t body_size() const noexcept { return body_size_; }
  bool is_truncated() const noexcept { return truncated_; }

  static void operator delete(void* at) noexcept { ::operator delete(at); }

 private:
  struct late_parts {
    std::string body;
    std::string trailers;
  };

  message(message_kind kind, std::string_view head, const start_line& line, std::string_view body) noexcept;
  static void* operator new(std::size_t size, std::size_t more) { return ::operator new(size + more); }
  static void operator delete(void* at, std::size_t) noexcept { ::operator delete(at); }

  const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  late_parts& late();

  std::uint64_t body_size_;
  std::unique_ptr<late_parts> late_; ///< What came after the head had been stored.
  start_line line_;
  std::uint32_t head_size_;
  std::uint32_t inline_body_size_;
  message_kind kind_;
  bool truncated_ = false;
};

extern const shape request_shape;
extern const shape response_shape;

} // namespace remora::traffic::http
