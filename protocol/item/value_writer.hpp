#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/item/shape.hpp"

namespace remora {

/// Takes one value, piece by piece, in the order of its document. What an item says of itself is written
/// through this: as JSON, as a JavaScript object, as a tree for filters. Each value is one call, or a list or
/// an object between its begin and its end; inside an object each value follows its key.
class value_writer {
 public:
  value_writer() = default;
  value_writer(const value_writer&) = delete;
  value_writer& operator=(const value_writer&) = delete;
  virtual ~value_writer() = default;

  virtual void null() = 0;
  virtual void boolean(bool content) = 0;
  /// Beyond 2^53 a writer for JavaScript gives its decimal digits as text (items, section 5).
  virtual void integer(std::int64_t content) = 0;
  /// Bytes as they came from the wire: what is no UTF-8 in them becomes U+FFFD.
  virtual void text(std::string_view bytes) = 0;
  /// Bytes that are given as base64 (RFC 4648, section 4).
  virtual void base64(std::string_view bytes) = 0;

  virtual void begin_object() = 0;
  /// No name occurs twice in one object: the caller sees to it.
  virtual void key(std::string_view name) = 0;
  virtual void end_object() = 0;
  virtual void begin_list() = 0;
  virtual void end_list() = 0;

  /// An object whose members are known before they are written. A writer that needs not all of it at once may
  /// keep it and ask for members later, as long as what holds the part lives; by default all are written now.
  virtual void part(shaped what);
};

/// Writes the members of a part into an object that has begun.
void write_members(shaped what, value_writer& to);

} // namespace remora
