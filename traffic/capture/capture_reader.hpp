#pragma once

#include <memory>
#include <optional>
#include <string>

#include "traffic/capture/format_parser.hpp"

namespace remora::traffic {

/// Reads one capture file, whichever of the formats it has, packet by packet.
class capture_reader {
 public:
  /// @param name What messages call the file.
  /// @param buffer_bytes How far the file is read ahead.
  capture_reader(std::string name, std::unique_ptr<byte_source> bytes, std::size_t buffer_bytes);

  /// Recognises the format, reads the head and the first packet. `packet`: current() is that packet; `end`:
  /// there is none; `idle`: call it again. Errors: not_a_capture, unknown_link_type, io_failed.
  result<step> start(milliseconds wait);
  bool started() const noexcept { return started_; }

  /// Moves on to the next packet. Only after start() came to `packet`, and not after `end`.
  step next(milliseconds wait) { return parser_->next(current_, wait); }

  /// The packet that start() or next() came to; its bytes stay until the next call of either.
  const frame& current() const noexcept { return current_; }

  /// Why `end` came early, if it did.
  std::optional<error> damage() const { return parser_ ? parser_->damage() : std::nullopt; }

  const std::string& name() const noexcept { return name_; }
  bool streaming() const noexcept { return in_->streaming(); }

 private:
  result<step> recognise(milliseconds wait);
  error not_a_capture() const;

  std::string name_;
  std::unique_ptr<input_buffer> in_; // its address is the parser's, also after a move
  std::unique_ptr<format_parser> parser_;
  bool opened_ = false;
  bool started_ = false;
  frame current_;
};

} // namespace remora::traffic
