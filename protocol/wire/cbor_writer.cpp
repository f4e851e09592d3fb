#include "protocol/wire/cbor_writer.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace remora::wire {

void cbor_writer::head(unsigned major, std::uint64_t argument) {
  ++items_;
  const auto first = [&](unsigned information) {
    out_.push_back(static_cast<char>(major << 5 | information));
  };
  if (argument < 24) {
    first(static_cast<unsigned>(argument));
    return;
  }
  const unsigned size_code = argument <= 0xFF ? 0 : argument <= 0xFFFF ? 1 : argument <= 0xFFFF'FFFF ? 2 : 3;
  first(24 + size_code);
  for (unsigned shift = 8u << size_code; shift > 0;) {
    shift -= 8;
    out_.push_back(static_cast<char>(argument >> shift & 0xFF));
  }
}

void cbor_writer::simple(unsigned value) { head(7, value); }

void cbor_writer::text(std::string_view text) {
  if (!find_invalid_utf8(text)) {
    head(3, text.size());
    out_ += text;
    return;
  }
  const std::string mended = to_well_formed_utf8(text);
  head(3, mended.size());
  out_ += mended;
}

void cbor_writer::binary(std::string_view bytes) {
  head(2, bytes.size());
  out_ += bytes;
}

void cbor_writer::signed_number(std::int64_t value) {
  // CBOR's negative numbers are -1 - n, which is the complement: no overflow at the smallest number.
  if (value < 0)
    head(1, ~static_cast<std::uint64_t>(value));
  else
    head(0, static_cast<std::uint64_t>(value));
}

std::string cbor_writer::take() noexcept {
  items_ = 0;
  return std::exchange(out_, {});
}

} // namespace remora::wire
