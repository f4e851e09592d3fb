#pragma once

#include <string>
#include <string_view>

#include "protocol/item/value_writer.hpp"
#include "traffic/dissect/http/message.hpp"

namespace remora::traffic::http {

/// One header line.
struct field {
  std::string_view name;
  std::string_view value; ///< Trimmed; with its line ends when it was folded.
};

/// The header lines of a block; what is none is passed over.
class field_cursor {
 public:
  explicit field_cursor(std::string_view block) noexcept : rest_{block} {}
  bool next(field& out) noexcept;

 private:
  std::string_view next_line() noexcept;
  std::string_view rest_;
};

/// A value on one line: each fold is one space (RFC 9112, section 5.2).
std::string unfolded(std::string_view value);

/// "content-type" as "Content-Type".
std::string canonical_name(std::string_view name);

/// The values of a field of a message, in its head and its trailers, joined with commas; empty when there is
/// none. @param name In lower case.
std::string field_value(const message& of, std::string_view name);

/// The value of a parameter: `boundary` in "multipart/form-data; boundary=x". Empty when there is none.
/// @param name In lower case.
std::string parameter(std::string_view value, std::string_view name);

void write_headers(const message& of, value_writer& to);
void write_cookies(const message& of, value_writer& to);

} // namespace remora::traffic::http
