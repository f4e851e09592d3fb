#include "protocol/wire/cbor_reader.hpp"

namespace remora::wire {

namespace {

using read_item = tl::expected<cbor_item, const char*>;

constexpr const char* cut_off = "a value is cut off";

read_item refuse(const char* why) { return tl::unexpected<const char*>{why}; }

/// A head: the first byte and the argument that may follow it. Source: RFC 8949, §3.
struct head {
  unsigned major = 0;
  unsigned information = 0;
  std::uint64_t argument = 0;
  std::size_t length = 0; ///< Bytes.
};

tl::expected<head, const char*> read_head(std::string_view bytes) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.empty()) return tl::unexpected<const char*>{cut_off};
  head read;
  read.major = static_cast<unsigned>(byte(0) >> 5);
  read.information = byte(0) & 0x1Fu;
  read.length = 1;
  if (read.information < 24) {
    read.argument = read.information;
    return read;
  }
  if (read.information == 31) return tl::unexpected<const char*>{"indefinite lengths are not accepted"};
  if (read.information > 27) return tl::unexpected<const char*>{"a reserved length"};
  const std::size_t following = std::size_t{1} << (read.information - 24);
  if (bytes.size() - 1 < following) return tl::unexpected<const char*>{cut_off};
  for (std::size_t i = 0; i < following; ++i)
    read.argument = read.argument << 8 | byte(1 + i);
  read.length += following;
  return read;
}

/// Infinity and NaN have all bits of the exponent set. Source: IEEE 754.
bool is_finite(unsigned information, std::uint64_t bits) noexcept {
  const std::uint64_t exponent = information == 25   ? 0x7C00u
                                 : information == 26 ? 0x7F80'0000u
                                                     : 0x7FF0'0000'0000'0000u;
  return (bits & exponent) != exponent;
}

read_item simple_or_fraction(const head& read) noexcept {
  switch (read.information) {
    case 20:
    case 21:
      return cbor_item{cbor_kind::boolean, read.information - 20u, {}};
    case 22:
      return cbor_item{cbor_kind::null, 0, {}};
    case 25:
    case 26:
    case 27:
      return cbor_item{cbor_kind::fraction, is_finite(read.information, read.argument) ? 1u : 0u, {}};
    default:
      return refuse("a simple value that means nothing here");
  }
}

/// `after`: the bytes that follow the head.
read_item item_of(const head& read, std::string_view after) noexcept {
  switch (read.major) {
    case 0:
      return cbor_item{cbor_kind::number, read.argument, {}};
    case 1:
      return cbor_item{cbor_kind::negative, read.argument, {}};
    case 2:
    case 3:
      if (read.argument > after.size()) return refuse(cut_off);
      return cbor_item{read.major == 2 ? cbor_kind::binary : cbor_kind::text, read.argument,
                       after.substr(0, static_cast<std::size_t>(read.argument))};
    // Each element has a byte at least: a count that cannot be true is refused before anyone reserves for it.
    case 4:
      if (read.argument > after.size()) return refuse("a list is cut off");
      return cbor_item{cbor_kind::list, read.argument, {}};
    case 5:
      if (read.argument > after.size() / 2) return refuse("a map is cut off");
      return cbor_item{cbor_kind::map, read.argument, {}};
    case 6:
      return refuse("tags are not accepted");
    default:
      return simple_or_fraction(read);
  }
}

} // namespace

std::string_view to_string(cbor_kind kind) noexcept {
  switch (kind) {
    case cbor_kind::number:
      return "a number";
    case cbor_kind::negative:
      return "a negative number";
    case cbor_kind::binary:
      return "binary";
    case cbor_kind::text:
      return "text";
    case cbor_kind::list:
      return "a list";
    case cbor_kind::map:
      return "a map";
    case cbor_kind::boolean:
      return "true or false";
    case cbor_kind::null:
      return "null";
    case cbor_kind::fraction:
      return "a fraction";
  }
  return "unknown";
}

read_item cbor_reader::next() noexcept {
  const std::string_view rest = bytes_.substr(offset_);
  const auto read = read_head(rest);
  if (!read) return refuse(read.error());
  auto item = item_of(*read, rest.substr(read->length));
  if (item) offset_ += read->length + item->bytes.size();
  return item;
}

bool cbor_reader::skip() noexcept {
  // No overflow: next() refuses counts beyond what is left, so that each head adds less than twice the bytes.
  for (std::uint64_t pending = 1; pending > 0; --pending) {
    const auto item = next();
    if (!item) return false;
    if (item->kind == cbor_kind::list) pending += item->argument;
    if (item->kind == cbor_kind::map) pending += 2 * item->argument;
  }
  return true;
}

bool cbor_reader::null_follows() const noexcept {
  return offset_ < bytes_.size() && static_cast<std::uint8_t>(bytes_[offset_]) == 0xF6;
}

} // namespace remora::wire
