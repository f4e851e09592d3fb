#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace remora::wire {

/// What a value of CBOR is. Source: RFC 8949, §3.1.
enum class cbor_kind : std::uint8_t {
  number,   ///< 0 and above.
  negative, ///< Below 0.
  binary,
  text,
  list,
  map,
  boolean,
  null,
  fraction, ///< A floating-point number. No field is one; it may stand in a field that is not known.
};

/// The kind in words, as errors name it: "a number", "a negative number", "text".
std::string_view to_string(cbor_kind kind) noexcept;

/// One value, or the head of a list or map whose elements follow.
struct cbor_item {
  cbor_kind kind = cbor_kind::null;
  /// number: its value; negative: n for -1 - n; binary, text: bytes; list: elements; map: pairs; boolean: 1
  /// for true; fraction: 1 when it is finite.
  std::uint64_t argument = 0;
  std::string_view bytes; ///< Of binary and text, within what is read.
};

/// Reads CBOR value by value, without recursion, allocation or copies. It never reads past the end of its
/// bytes. Of CBOR it takes what cbor_writer writes and fractions; it refuses indefinite lengths, tags and
/// simple values without a meaning here. (UTF-8 and what depends on more than one value: check_cbor().)
class cbor_reader {
 public:
  /// `bytes` outlive the reader and what it returns.
  explicit cbor_reader(std::string_view bytes) noexcept : bytes_{bytes} {}

  /// The next value; of a list or map its head. Errors: what is wrong, in words, at offset().
  tl::expected<cbor_item, const char*> next() noexcept;

  /// Passes over the next value with all that is in it. False when that is cut off or not accepted.
  bool skip() noexcept;

  /// Whether the next value is null; false at the end.
  bool null_follows() const noexcept;

  /// Bytes read so far; after an error, where the refused value begins.
  std::size_t offset() const noexcept { return offset_; }
  std::size_t remaining() const noexcept { return bytes_.size() - offset_; }

 private:
  std::string_view bytes_;
  std::size_t offset_ = 0;
};

} // namespace remora::wire
