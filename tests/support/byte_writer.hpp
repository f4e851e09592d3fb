#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace remora::test {

using bytes = std::vector<std::uint8_t>;

enum class byte_order : bool { little, big };

/// Puts numbers one after the other.
class byte_writer {
 public:
  explicit byte_writer(byte_order order = byte_order::big) noexcept : order_{order} {}

  byte_writer& u8(std::uint64_t value) { return number(value, 1); }
  byte_writer& u16(std::uint64_t value) { return number(value, 2); }
  byte_writer& u32(std::uint64_t value) { return number(value, 4); }
  byte_writer& u64(std::uint64_t value) { return number(value, 8); }
  byte_writer& raw(const bytes& more);
  byte_writer& zeros(std::size_t count) {
    out_.resize(out_.size() + count);
    return *this;
  }
  /// Zeros up to a multiple of four bytes.
  byte_writer& pad() { return zeros((4 - out_.size() % 4) % 4); }

  byte_order order() const noexcept { return order_; }
  void set_order(byte_order order) noexcept { order_ = order; }
  const bytes& content() const noexcept { return out_; }

 private:
  byte_writer& number(std::uint64_t value, unsigned width);

  byte_order order_;
  bytes out_;
};

} // namespace remora::test
