#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace remora::protocol {

/// Appends unsigned integers in network byte order.
template <class Integer>
void put(std::string& out, Integer value) {
  static_assert(std::is_unsigned_v<Integer>);
  for (std::size_t left = sizeof value; left > 0; --left) {
    out.push_back(static_cast<char>((value >> (8 * (left - 1))) & 0xFFu));
  }
}

/// Reads forward through bytes from outside and cannot leave them.
class octet_reader {
 public:
  explicit octet_reader(std::string_view bytes) noexcept : left_{bytes} {}

  /// The next integer, in network byte order; nothing when fewer bytes are left, and then none is consumed.
  template <class Integer>
  std::optional<Integer> take() noexcept {
    static_assert(std::is_unsigned_v<Integer>);
    if (left_.size() < sizeof(Integer)) return std::nullopt;
    std::uint64_t value = 0;
    for (const char octet : left_.substr(0, sizeof(Integer))) {
      value = value << 8 | static_cast<std::uint8_t>(octet);
    }
    left_.remove_prefix(sizeof(Integer));
    return static_cast<Integer>(value);
  }

  std::string_view rest() const noexcept { return left_; }

 private:
  std::string_view left_;
};

} // namespace remora::protocol
