#include "tests/support/capture_writer.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace remora::test {
namespace {

std::uint32_t size_of(const bytes& content) { return static_cast<std::uint32_t>(content.size()); }

bytes to_bytes(const std::string& text) { return {text.begin(), text.end()}; }

void add_option(byte_writer& to, std::uint16_t code, const bytes& value) {
  to.u16(code).u16(value.size()).raw(value).pad();
}

struct file_closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_ptr = std::unique_ptr<std::FILE, file_closer>;

/// A test whose files cannot be written or read tells nothing: better no run than a wrong one.
[[noreturn]] void give_up(const std::string& path) {
  std::perror(path.c_str());
  std::abort();
}

} // namespace

pcap_writer::pcap_writer(pcap_style style) : style_{style}, out_{style.order} {
  out_.u32(style.modified ? 0xA1B2CD34u : style.nanoseconds ? 0xA1B23C4Du : 0xA1B2C3D4u);
  out_.u16(style.major).u16(style.minor).u32(0).u32(0).u32(style.snaplen).u32(style.link);
}

pcap_writer& pcap_writer::packet(std::int64_t time_ns, const bytes& captured,
                                 std::optional<std::uint32_t> wire_bytes) {
  const auto ns = static_cast<std::uint64_t>(time_ns);
  out_.u32(ns / 1'000'000'000u);
  out_.u32(ns % 1'000'000'000u / (style_.nanoseconds ? 1 : 1000));
  out_.u32(captured.size()).u32(wire_bytes.value_or(size_of(captured)));
  if (style_.modified) out_.zeros(8);
  out_.raw(captured);
  return *this;
}

pcapng_writer::pcapng_writer(byte_order order) { section(order); }

pcapng_writer& pcapng_writer::section(byte_order order) {
  out_.set_order(order);
  return block(0x0A0D0D0A, body().u32(0x1A2B3C4D).u16(1).u16(0).u64(UINT64_MAX).content());
}

pcapng_writer& pcapng_writer::interface(const pcapng_interface_style& style) {
  byte_writer description = body();
  description.u16(style.link).u16(0).u32(style.snaplen);
  if (!style.name.empty()) add_option(description, 2, to_bytes(style.name));
  if (style.resolution) add_option(description, 9, {*style.resolution});
  if (style.offset_seconds) {
    add_option(description, 14, body().u64(static_cast<std::uint64_t>(*style.offset_seconds)).content());
  }
  if (!style.name.empty() || style.resolution || style.offset_seconds) description.u32(0); // end of options
  return block(1, description.content());
}

pcapng_writer& pcapng_writer::enhanced_packet(std::uint32_t interface, std::uint64_t ticks,
                                              const bytes& captured, std::optional<std::uint32_t> wire_bytes,
                                              const std::string& comment) {
  byte_writer packet = body();
  packet.u32(interface).u32(ticks >> 32u).u32(ticks & 0xFFFFFFFFu);
  packet.u32(captured.size()).u32(wire_bytes.value_or(size_of(captured))).raw(captured).pad();
  if (!comment.empty()) {
    add_option(packet, 1, to_bytes(comment));
    packet.u32(0);
  }
  return block(6, packet.content());
}

pcapng_writer& pcapng_writer::simple_packet(const bytes& captured, std::optional<std::uint32_t> wire_bytes) {
  return block(3, body().u32(wire_bytes.value_or(size_of(captured))).raw(captured).content());
}

pcapng_writer& pcapng_writer::obsolete_packet(std::uint16_t interface, std::uint64_t ticks,
                                              const bytes& captured,
                                              std::optional<std::uint32_t> wire_bytes) {
  byte_writer packet = body();
  packet.u16(interface).u16(0).u32(ticks >> 32u).u32(ticks & 0xFFFFFFFFu);
  packet.u32(captured.size()).u32(wire_bytes.value_or(size_of(captured))).raw(captured);
  return block(2, packet.content());
}

pcapng_writer& pcapng_writer::block(std::uint32_t type, const bytes& content) {
  const std::size_t padded = (content.size() + 3) / 4 * 4;
  out_.u32(type).u32(padded + 12).raw(content).zeros(padded - content.size()).u32(padded + 12);
  return *this;
}

void write_file(const std::string& path, const bytes& content) {
  const file_ptr file{std::fopen(path.c_str(), "wb")};
  const bool opened = file != nullptr;
  if (!opened || (!content.empty() && std::fwrite(content.data(), content.size(), 1, file.get()) != 1))
    give_up(path);
}

bytes read_file(const std::string& path) {
  const file_ptr file{std::fopen(path.c_str(), "rb")};
  if (!file) give_up(path);
  bytes content;
  bytes piece(64u << 10);
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file.get())) {
    content.insert(content.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
  }
  return content;
}

} // namespace remora::test
