#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "traffic/dissect/http/exchange.hpp"
#include "traffic/dissect/http/head_scanner.hpp"
#include "traffic/dissect/http/message.hpp"

namespace remora::traffic::http {

/// Cuts one direction of a connection into messages, and hands them to the exchange. A message that lies in
/// the bytes at hand is read in place; otherwise its head is gathered first, and its body grows in the
/// message itself. Holds at most a head, or a message with its body up to the limit.
class message_reader {
 public:
  message_reader(direction way, exchange& with) noexcept : with_{with}, way_{way} {}

  /// Reads on, and takes what it read from `rest`: one step, at least one byte, at most one message.
  void read(std::string_view& rest, timestamp time);
  /// @param other_is_inside The other direction is in the middle of a message.
  void on_gap(std::uint64_t missing_bytes, timestamp time, bool other_is_inside);
  void on_end(stream_end end, timestamp time);

  /// A message has begun and is not complete.
  bool is_inside() const noexcept { return phase_ >= phase::length || line_; }

  /// It waits behind a CONNECT for what the server says.
  bool is_held() const noexcept { return phase_ == phase::held; }
  /// The server refused, so what follows is HTTP.
  void resume(timestamp time);

 private:
  enum class phase : std::uint8_t {
    start,  ///< Between messages.
    head,   ///< Gathering a head in held_.
    held,   ///< Behind a CONNECT whose response has not come; the bytes are in held_.
    search, ///< Something was no message: looking for a line that begins one.
    lost,   ///< Bytes were missing: looking for a segment that begins with a message.
    // A head was read; part_ is set.
    length,
    chunk_size,
    chunk_extension,
    chunk_data,
    chunk_end,
    trailers,
    until_close,
  };

  bool is_request() const noexcept { return way_ == direction::from_client; }

  enum class line_state : std::uint8_t { incomplete, good, bad };

  void read_start(std::string_view& rest) noexcept;
  void read_head(std::string_view& rest, timestamp time);
  line_state read_start_line(std::string_view text, std::size_t& line_bytes);
  std::optional<start_line> parse_line(std::string_view line) const noexcept;
  bool begins_message(std::string_view line) const noexcept;
  void refuse_line(std::string_view& rest, std::size_t bad_bytes, std::size_t held_bytes, timestamp time);
  void take_head(std::string_view head, std::string_view& rest, timestamp time);
  body_framing framing_of(std::string_view head) const noexcept;
  void frame_body(body_framing framing, std::string_view head, std::string_view& rest, timestamp time);
  void search(std::string_view& rest);
  void find_segment(std::string_view& rest) noexcept;
  void hold(std::string_view& rest);

  void read_length(std::string_view& rest, timestamp time);
  void read_chunk_size(std::string_view& rest, timestamp time);
  void read_chunk_extension(std::string_view& rest, timestamp time);
  void end_chunk_size(timestamp time);
  void read_chunk_data(std::string_view& rest);
  void read_chunk_end(std::string_view& rest, timestamp time);
  void read_trailers(std::string_view& rest, timestamp time);
  void store(std::string_view& rest);
  void lose_in_body(std::uint64_t missing_bytes, timestamp time);

  void complete(timestamp time);
  void complete_cut(timestamp time, item_trouble kind, std::string why);
  void break_off(timestamp time, std::string why);
  void give_up_head(timestamp time, item_trouble kind, std::string why);
  void end_inside(stream_end end, timestamp time);
  bool is_refused() const noexcept;
  void forget() noexcept;

  exchange& with_;
  std::unique_ptr<message> part_;               ///< What is being read, once its head is known.
  std::unique_ptr<const half_trouble> trouble_; ///< Of part_.
  std::string held_;                            ///< A part of a head, or of a line.
  std::optional<start_line> line_;              ///< Of the head in held_.
  std::size_t searched_ = 0;                    ///< No line end in held_ before that.
  head_scanner scanner_;
  std::uint64_t remaining_ = 0; ///< Of the body or the chunk; while a chunk's size is read: that size.
  std::uint64_t size_ = 0;      ///< Bytes of the message on the connection.
  place place_;
  direction way_;
  phase phase_ = phase::start;
  std::uint8_t digits_ = 0;          ///< Of the size of a chunk.
  bool gap_ = false;                 ///< Bytes are missing in or before the message.
  std::uint32_t extension_size_ = 0; ///< Of a chunk.
};

} // namespace remora::traffic::http
