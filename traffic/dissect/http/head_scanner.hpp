#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace remora::traffic::http {

/// How the body of a message is delimited. Source: RFC 9112, section 6.3.
struct body_framing {
  enum class kind : std::uint8_t { none, length, chunked, until_close };
  kind how = kind::none;
  std::uint64_t length = 0;
  const char* fault = nullptr; ///< What is wrong with it; null for most.
  bool unknown = false;        ///< So wrong that nobody knows where the body ends.
};

/// Finds the end of a header block, and in passing the fields that say how the body is delimited; all others
/// are left alone. It may be shown the block again and again while it grows, and reads each byte once.
class head_scanner {
 public:
  /// @param from Where the first header line begins: behind the start line.
  void begin(std::size_t from) noexcept;

  /// @param text The head from its first byte: what was shown before, and more. True when it is complete.
  bool scan(std::string_view text) noexcept;

  /// Bytes up to and with the empty line. After scan() was true.
  std::size_t size() const noexcept { return size_; }

  /// What the fields say of a message that may have a body.
  /// @param text The complete head.
  body_framing framing(std::string_view text, bool is_request) const noexcept;

 private:
  enum class field_kind : std::uint8_t { content_length, transfer_encoding };
  struct field {
    field_kind kind;
    std::uint32_t begin; ///< Of its value.
    std::uint32_t end;
  };

  void note(std::string_view line) noexcept;
  void note_value(field_kind kind, std::string_view line, std::size_t name_size) noexcept;

  std::size_t line_ = 0;     ///< Where the line begins that is not complete yet.
  std::size_t searched_ = 0; ///< No line end between line_ and here.
  std::size_t size_ = 0;
  std::array<field, 6> fields_; ///< Only the first `count_` mean something.
  std::uint8_t count_ = 0;
  bool too_many_ = false;
  bool may_fold_ = false; ///< The line before was one of the fields: the next may continue it.
};

} // namespace remora::traffic::http
