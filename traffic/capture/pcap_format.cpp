#include "traffic/capture/pcap_format.hpp"

#include <algorithm>

#include "traffic/capture/packet_source.hpp"

namespace remora::traffic {
namespace {

constexpr std::size_t file_header_bytes = 24;
constexpr std::size_t record_header_bytes = 16;
constexpr std::size_t modified_record_header_bytes = 24;

/// What the first four bytes say about the rest.
struct layout {
  bool big_endian;
  std::uint32_t ns_per_tick;
  std::size_t record_header;
};

class pcap_parser final : public format_parser {
 public:
  pcap_parser(std::string name, input_buffer& in, layout how)
      : format_parser{std::move(name), in}, layout_{how} {}

  result<step> open(milliseconds wait) override {
    const auto got = in_.ensure(file_header_bytes, wait);
    if (got != input_buffer::fill::ready) return short_of(got, file_header_bytes, "file header");
    const std::uint16_t major = u16(4);
    const std::uint16_t minor = u16(6);
    if (major != 2) {
      return fail(errc::not_a_capture, name() + ": pcap version " + std::to_string(major) + "." +
                                           std::to_string(minor) + " is not supported, only 2.x");
    }
    lengths_ = minor < 3 ? lengths::swapped : minor == 3 ? lengths::unsure : lengths::plain;
    const std::uint32_t snaplen = u32(16);
    max_captured_ = std::max(default_snaplen, std::min(snaplen, max_packet_bytes));
    // The upper bits say whether frames end in a check sequence, which no length in the packet counts.
    const std::uint32_t link_number = u32(20) & 0x03FF'FFFFu;
    link_ = link_type_from_number(link_number);
    if (link_ == link_type::unsupported)
      return tl::unexpected<error>(unsupported_link_error(name(), link_number));
    in_.consume(file_header_bytes);
    return step::packet;
  }

  step next(frame& out, milliseconds wait) override {
    auto got = in_.ensure(layout_.record_header, wait);
    if (got != input_buffer::fill::ready) return short_of(got, layout_.record_header, "packet header");
    std::uint32_t captured = u32(8);
    std::uint32_t on_wire = u32(12);
    // Writers of these versions had the two the other way round, always (before 2.3) or sometimes (2.3).
    if (lengths_ != lengths::plain && (lengths_ == lengths::swapped || captured > on_wire)) {
      std::swap(captured, on_wire);
    }
    if (captured > max_captured_) return too_long(captured);
    const std::size_t record = layout_.record_header + captured;
    got = in_.ensure(record, wait);
    if (got != input_buffer::fill::ready) return short_of(got, record, "packet");
    // At most 2^32 * 10^9 + 2^32 * 1000: less than half of what 63 bits hold.
    const std::int64_t ns = std::int64_t{u32(0)} * 1'000'000'000 + std::int64_t{u32(4)} * layout_.ns_per_tick;
    out.time = from_unix_ns(ns);
    out.wire_length = std::max(on_wire, captured);
    out.link = link_;
    out.bytes = byte_view{in_.data() + layout_.record_header, captured};
    in_.consume(record);
    return step::packet;
  }

 private:
  enum class lengths : std::uint8_t { plain, swapped, unsure };

  /// Integers of the record at the window; the caller has ensured its bytes.
  std::uint16_t u16(std::size_t at) const noexcept {
    return layout_.big_endian ? load_big16(in_.data() + at) : load_little16(in_.data() + at);
  }
  std::uint32_t u32(std::size_t at) const noexcept {
    return layout_.big_endian ? load_big32(in_.data() + at) : load_little32(in_.data() + at);
  }

  step too_long(std::uint32_t captured) {
    return corrupt(in_.offset(), "a packet of " + std::to_string(captured) + " bytes, more than the " +
                                     std::to_string(max_captured_) + " that this file allows");
  }

  layout layout_;
  lengths lengths_ = lengths::plain;
  std::uint32_t max_captured_ = default_snaplen;
  link_type link_ = link_type::unsupported;
};

std::optional<layout> layout_of(const std::uint8_t (&magic)[4]) {
  for (const bool big : {true, false}) {
    switch (big ? load_big32(magic) : load_little32(magic)) {
      case 0xA1B2'C3D4u:
        return layout{big, 1000, record_header_bytes};
      case 0xA1B2'3C4Du:
        return layout{big, 1, record_header_bytes};
      case 0xA1B2'CD34u:
        return layout{big, 1000, modified_record_header_bytes};
      default:
        break;
    }
  }
  return std::nullopt;
}

} // namespace

std::unique_ptr<format_parser> make_pcap_parser(const std::uint8_t (&magic)[4], std::string name,
                                                input_buffer& in) {
  const auto how = layout_of(magic);
  if (!how) return nullptr;
  return std::make_unique<pcap_parser>(std::move(name), in, *how);
}

} // namespace remora::traffic
