#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace remora::wire {

/// Writes CBOR (RFC 8949) in the form that check_cbor() accepts: heads as short as they can be, definite
/// lengths, no tags. The caller opens a list or map with the number of what follows and then writes that
/// many.
class cbor_writer {
 public:
  /// A map of `pairs` keys, each followed by its value.
  void map(std::size_t pairs) { head(5, pairs); }
  void list(std::size_t elements) { head(4, elements); }
  /// Text that is not well-formed UTF-8 is mended (U+FFFD): a stray byte in what a script printed must not
  /// keep the rest from arriving.
  void text(std::string_view text);
  void binary(std::string_view bytes);
  void number(std::uint64_t value) { head(0, value); }
  void signed_number(std::int64_t value);
  void boolean(bool value) { simple(value ? 21 : 20); }
  void null() { simple(22); }

  /// How many values were written so far; keys, lists and maps count too.
  std::size_t items() const noexcept { return items_; }
  std::size_t size() const noexcept { return out_.size(); }
  /// What was written; the writer is empty afterwards.
  std::string take() noexcept;

 private:
  void head(unsigned major, std::uint64_t argument);
  void simple(unsigned value);

  std::string out_;
  std::size_t items_ = 0;
};

} // namespace remora::wire
