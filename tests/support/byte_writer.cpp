#include "tests/support/byte_writer.hpp"

namespace remora::test {

// Not in the header: inlined, g++ 12 sees overflows that are none.

byte_writer& byte_writer::raw(const bytes& more) {
  out_.insert(out_.end(), more.begin(), more.end());
  return *this;
}

byte_writer& byte_writer::number(std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) {
    const unsigned shift = 8 * (order_ == byte_order::big ? width - 1 - i : i);
    out_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return *this;
}

} // namespace remora::test
