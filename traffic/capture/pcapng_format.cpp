#include "traffic/capture/pcapng_format.hpp"

#include <algorithm>
#include <vector>

#include "traffic/capture/pcapng_interface.hpp"

namespace remora::traffic {
namespace {

constexpr std::uint32_t section_header = 0x0A0D'0D0A; // reads the same in either byte order
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t obsolete_packet = 2;
constexpr std::uint32_t simple_packet = 3;
constexpr std::uint32_t enhanced_packet = 6;

constexpr std::size_t block_overhead = 12; // type, length, and the length once more at the end
constexpr std::size_t max_options_bytes = 1u << 20;
constexpr std::size_t max_block_bytes =
    max_packet_bytes + max_options_bytes;      // of blocks that are not skipped
constexpr std::size_t max_interfaces = 65'536; // of one section

class pcapng_parser final : public format_parser {
 public:
  using format_parser::format_parser;

  result<step> open(milliseconds) override { return step::packet; } // the first block says it all

  step next(frame& out, milliseconds wait) override {
    for (;;) {
      if (skipped_length_ != 0) {
        if (const step s = finish_skip(wait); s != step::packet) return s;
      }
      auto got = in_.ensure(block_overhead, wait);
      if (got != input_buffer::fill::ready) return short_of(got, block_overhead, "block");
      const std::uint32_t type = word(0);
      if (type == section_header && !read_byte_order()) return bad_byte_order();
      const std::uint32_t length = word(4);
      if (length < block_overhead || length % 4 != 0) return bad_length(length);
      if (!is_read(type)) {
        begin_skip(length);
        continue;
      }
      if (length > max_block_bytes) return bad_length(length);
      got = in_.ensure(length, wait);
      if (got != input_buffer::fill::ready) return short_of(got, length, "block");
      if (word(length - 4) != length) return bad_trailer(in_.offset(), length, word(length - 4));
      const byte_view body{in_.data() + 8, length - block_overhead};
      const verdict v = read_block(type, body, out);
      if (v == verdict::damaged) return step::end;
      in_.consume(length);
      if (v == verdict::packet) return step::packet;
    }
  }

  std::optional<std::uint32_t> only_unsupported_link() const override {
    if (interfaces_.size() != 1 || interfaces_[0].link != link_type::unsupported) return std::nullopt;
    return interfaces_[0].link_number;
  }

 private:
  enum class verdict : std::uint8_t { packet, nothing, damaged };

  static bool is_read(std::uint32_t type) noexcept {
    return type == enhanced_packet || type == simple_packet || type == obsolete_packet ||
           type == interface_description || type == section_header;
  }

  std::uint16_t u16(const std::uint8_t* at) const noexcept {
    return big_endian_ ? load_big16(at) : load_little16(at);
  }
  std::uint32_t u32(const std::uint8_t* at) const noexcept {
    return big_endian_ ? load_big32(at) : load_little32(at);
  }
  /// A number of the block at the window.
  std::uint32_t word(std::size_t at) const noexcept { return u32(in_.data() + at); }

  /// A section header tells its byte order before its length can be read.
  bool read_byte_order() noexcept {
    constexpr std::uint32_t byte_order_magic = 0x1A2B'3C4D;
    if (load_big32(in_.data() + 8) == byte_order_magic) {
      big_endian_ = true;
    } else if (load_little32(in_.data() + 8) == byte_order_magic) {
      big_endian_ = false;
    } else {
      return false;
    }
    return true;
  }

  verdict read_block(std::uint32_t type, byte_view body, frame& out) {
    switch (type) {
      case enhanced_packet:
        return read_enhanced_packet(body, out);
      case simple_packet:
        return read_simple_packet(body, out);
      case obsolete_packet:
        return read_obsolete_packet(body, out);
      case interface_description:
        return read_interface(body);
      default:
        return read_section_header(body);
    }
  }

  verdict read_section_header(byte_view body) {
    if (body.size() < 16) return damaged("a section header that is too short");
    const std::uint16_t major = u16(body.data() + 4);
    if (major != 1) return damaged("pcapng version " + std::to_string(major) + " is not supported, only 1");
    interfaces_.clear(); // they belong to their section
    return verdict::nothing;
  }

  verdict read_interface(byte_view body) {
    auto read = read_pcapng_interface(body, big_endian_);
    if (!read) return damaged("an interface description whose fields do not fit into it");
    if (interfaces_.size() == max_interfaces) return damaged("more than 65536 interfaces");
    interfaces_.push_back(*read);
    return verdict::nothing;
  }

  verdict read_enhanced_packet(byte_view body, frame& out) {
    constexpr std::size_t fixed = 20;
    if (body.size() < fixed) return damaged("a packet block that is too short");
    const std::uint8_t* const at = body.data();
    const std::uint64_t ticks = std::uint64_t{u32(at + 4)} << 32 | u32(at + 8);
    return deliver(u32(at), ticks, u32(at + 12), u32(at + 16), body.skip(fixed), out);
  }

  verdict read_obsolete_packet(byte_view body, frame& out) {
    constexpr std::size_t fixed = 20;
    if (body.size() < fixed) return damaged("a packet block that is too short");
    const std::uint8_t* const at = body.data(); // at + 2: a count of drops
    const std::uint64_t ticks = std::uint64_t{u32(at + 4)} << 32 | u32(at + 8);
    return deliver(u16(at), ticks, u32(at + 12), u32(at + 16), body.skip(fixed), out);
  }

  verdict read_simple_packet(byte_view body, frame& out) {
    constexpr std::size_t fixed = 4;
    if (body.size() < fixed) return damaged("a packet block that is too short");
    if (interfaces_.empty()) return damaged("a packet of an interface that was not described");
    const pcapng_interface& from = interfaces_[0];
    const std::uint32_t on_wire = u32(body.data());
    // The length captured is not written: it is what the interface's limit left of the packet.
    const std::uint32_t captured = from.snaplen == 0 ? on_wire : std::min(on_wire, from.snaplen);
    return hand_over(from, last_time_, captured, on_wire, body.skip(fixed), out);
  }

  verdict deliver(std::uint32_t interface, std::uint64_t ticks, std::uint32_t captured, std::uint32_t on_wire,
                  byte_view rest, frame& out) {
    if (interface >= interfaces_.size()) {
      return damaged("a packet of interface " + std::to_string(interface) + ", which was not described");
    }
    const auto time = interfaces_[interface].time_of(ticks);
    if (!time) return damaged("a time outside of the years 1678 to 2262");
    return hand_over(interfaces_[interface], *time, captured, on_wire, rest, out);
  }

  verdict hand_over(const pcapng_interface& from, timestamp time, std::uint32_t captured,
                    std::uint32_t on_wire, byte_view rest, frame& out) {
    if (captured > from.max_captured) {
      return damaged("a packet of " + std::to_string(captured) + " bytes, more than the " +
                     std::to_string(from.max_captured) + " that this file allows");
    }
    if (captured > rest.size()) {
      return damaged("a packet of " + std::to_string(captured) + " bytes in a block with room for " +
                     std::to_string(rest.size()));
    }
    last_time_ = time;
    out.time = time;
    out.wire_length = std::max(on_wire, captured);
    out.link = from.link;
    out.bytes = rest.first(captured);
    return verdict::packet;
  }

  /// Blocks that are not read may be as long as they like: they pass by in pieces.
  void begin_skip(std::uint32_t length) noexcept {
    skipped_length_ = length;
    skip_left_ = length - 4; // what stands before the second length
    skip_offset_ = in_.offset();
  }

  step finish_skip(milliseconds wait) {
    while (skip_left_ > 0) {
      const std::size_t part = std::min<std::size_t>(skip_left_, in_.size());
      in_.consume(part);
      skip_left_ -= static_cast<std::uint32_t>(part);
      if (skip_left_ == 0) break;
      const auto got = in_.ensure(1, wait);
      if (got != input_buffer::fill::ready) return short_in_skip(got);
    }
    const auto got = in_.ensure(4, wait);
    if (got != input_buffer::fill::ready) return short_in_skip(got);
    if (word(0) != skipped_length_) return bad_trailer(skip_offset_, skipped_length_, word(0));
    in_.consume(4);
    skipped_length_ = 0;
    return step::packet;
  }

  step short_in_skip(input_buffer::fill why) {
    if (why != input_buffer::fill::end) return short_of(why, 1, "block");
    return cut_off(skip_offset_, skipped_length_, in_.offset() + in_.size() - skip_offset_, "block");
  }

  verdict damaged(const std::string& reason) {
    corrupt(in_.offset(), reason);
    return verdict::damaged;
  }
  step bad_byte_order() { return corrupt(in_.offset(), "a section header without a byte order"); }
  step bad_length(std::uint32_t length) {
    return corrupt(in_.offset(), "a block with a length of " + std::to_string(length) + " bytes");
  }
  step bad_trailer(std::uint64_t offset, std::uint32_t first, std::uint32_t second) {
    return corrupt(offset, "a block whose length is " + std::to_string(first) + " bytes at its start and " +
                               std::to_string(second) + " at its end");
  }

  bool big_endian_ = false;
  std::vector<pcapng_interface> interfaces_;
  timestamp last_time_;

  std::uint32_t skipped_length_ = 0; // of the block that is being skipped; 0: none is
  std::uint32_t skip_left_ = 0;
  std::uint64_t skip_offset_ = 0;
};

} // namespace

std::unique_ptr<format_parser> make_pcapng_parser(std::string name, input_buffer& in) {
  return std::make_unique<pcapng_parser>(std::move(name), in);
}

} // namespace remora::traffic
