#include "traffic/store/capture_cut.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "traffic/store/octets.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t piece_bytes = 64u << 10;
constexpr std::uint32_t least_snaplen = 262'144;
constexpr std::int64_t second = 1'000'000'000;

/// Collects a file into pieces.
class piecewise {
 public:
  explicit piecewise(const file_sink& to) : to_{to} {}

  std::string& buffer() noexcept { return buffer_; }
  bool pass(bool all) {
    if (buffer_.empty() || (!all && buffer_.size() < piece_bytes)) return is_wanted_;
    sum_ += buffer_.size();
    // Bytes are bytes. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    is_wanted_ = to_({reinterpret_cast<const std::uint8_t*>(buffer_.data()), buffer_.size()});
    buffer_.clear();
    return is_wanted_;
  }
  std::uint64_t sum() const noexcept { return sum_; }

 private:
  const file_sink& to_;
  std::string buffer_;
  std::uint64_t sum_ = 0;
  bool is_wanted_ = true;
};

void put_bytes(std::string& out, byte_view bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void pad(std::string& out, std::size_t length) { out.append((4 - length % 4) % 4, '\0'); }

/// A block of a pcapng file: its length stands before and behind its body.
void put_block(std::string& out, std::uint32_t type, std::string_view body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put_little(out, type);
  put_little(out, length);
  out += body;
  put_little(out, length);
}

void put_option(std::string& out, std::uint16_t code, std::string_view value) {
  value = value.substr(0, std::numeric_limits<std::uint16_t>::max());
  put_little(out, code);
  put_little(out, static_cast<std::uint16_t>(value.size()));
  out += value;
  pad(out, value.size());
}

void put_end_of_options(std::string& out) { put_little(out, std::uint32_t{0}); }

void put_section(std::string& out, const pcapng_options& options) {
  std::string body;
  put_little(body, std::uint32_t{0x1A2B3C4D});
  put_little(body, std::uint16_t{1});
  put_little(body, std::uint16_t{0});
  put_little(body, std::numeric_limits<std::uint64_t>::max()); // the section's length is not known
  if (!options.comment.empty()) put_option(body, 1, options.comment);
  if (!options.application.empty()) put_option(body, 4, options.application);
  put_end_of_options(body);
  put_block(out, 0x0A0D0D0A, body);
}

void put_interface(std::string& out, link_type link, std::uint32_t snaplen) {
  std::string body;
  put_little(body, static_cast<std::uint16_t>(link));
  put_little(body, std::uint16_t{0});
  put_little(body, snaplen);
  put_option(body, 9, "\x09"); // if_tsresol: nanoseconds
  put_end_of_options(body);
  put_block(out, 1, body);
}

void put_names(std::string& out, const std::vector<std::pair<ip_address, std::string>>& names) {
  std::string body;
  for (const auto& [address, name] : names) {
    // The name ends with a zero, so it must not hold one; the length has 16 bits.
    if (name.empty() || name.size() > 1024 || name.find('\0') != std::string::npos) continue;
    const std::size_t skipped = address.is_v4() ? 12 : 0;
    const auto length = address.bytes.size() - skipped + name.size() + 1;
    put_little(body, static_cast<std::uint16_t>(address.is_v4() ? 1 : 2));
    put_little(body, static_cast<std::uint16_t>(length));
    put_bytes(body, byte_view{address.bytes.data(), address.bytes.size()}.skip(skipped));
    body += name;
    body += '\0';
    pad(body, length);
  }
  if (body.empty()) return;
  put_little(body, std::uint32_t{0}); // end of the records
  put_block(out, 4, body);
}

void put_packet(std::string& out, std::uint32_t interface, const frame& packet) {
  const auto ticks = static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_unix_ns(packet.time)));
  put_little(out, std::uint32_t{6});
  const auto size = packet.bytes.size();
  const auto length = static_cast<std::uint32_t>(32 + (size + 3) / 4 * 4);
  put_little(out, length);
  put_little(out, interface);
  put_little(out, static_cast<std::uint32_t>(ticks >> 32));
  put_little(out, static_cast<std::uint32_t>(ticks));
  put_little(out, static_cast<std::uint32_t>(size));
  put_little(out, packet.wire_length);
  put_bytes(out, packet.bytes);
  pad(out, size);
  put_little(out, length);
}

/// The packets, and what the head of a file has to know of them.
struct selection {
  std::vector<packet_place> places;
  std::map<link_type, std::uint32_t> interfaces; ///< Link type, number.
  std::uint32_t snaplen = least_snaplen;
};

result<selection> select(const stream_store& from, const std::set<std::uint64_t>& streams,
                         cut_limits limits) {
  auto places = from.find(streams, limits.packets);
  if (!places) return pass_on(std::move(places));
  if (places->empty()) return fail(errc::not_found, "no packets of these streams are stored any more");
  selection chosen;
  for (const auto& each : *places) {
    chosen.interfaces.try_emplace(each.link, static_cast<std::uint32_t>(chosen.interfaces.size()));
    chosen.snaplen = std::max(chosen.snaplen, each.captured);
  }
  chosen.places = *std::move(places);
  return chosen;
}

template <class PutPacket>
result<cut_summary> write_packets(const stream_store& from, const selection& chosen, piecewise& out,
                                  PutPacket put) {
  cut_summary summary;
  summary.is_whole = out.pass(false);
  if (summary.is_whole) {
    const auto missing = from.read(chosen.places, [&](const frame& packet) {
      put(out.buffer(), packet);
      ++summary.packets;
      summary.is_whole = out.pass(false);
      return summary.is_whole;
    });
    if (!missing) return tl::unexpected<error>(missing.error());
    summary.missing = *missing;
  }
  if (summary.is_whole) summary.is_whole = out.pass(true);
  summary.bytes = out.sum();
  return summary;
}

} // namespace

result<cut_summary> cut_pcap(const stream_store& from, const std::set<std::uint64_t>& streams,
                             const file_sink& to, cut_limits limits) {
  const auto chosen = select(from, streams, limits);
  if (!chosen) return tl::unexpected<error>(chosen.error());
  if (chosen->interfaces.size() > 1)
    return fail(errc::invalid_usage,
                "packets of several link types cannot go into one pcap file; write a pcapng "
                "file, or a file for each stream");
  piecewise out{to};
  auto& head = out.buffer();
  put_little(head, std::uint32_t{0xA1B23C4D}); // nanoseconds
  put_little(head, std::uint16_t{2});
  put_little(head, std::uint16_t{4});
  put_little(head, std::uint64_t{0});
  put_little(head, chosen->snaplen);
  put_little(head, static_cast<std::uint32_t>(chosen->interfaces.begin()->first));
  return write_packets(from, *chosen, out, [](std::string& file, const frame& packet) {
    constexpr auto latest = std::int64_t{std::numeric_limits<std::uint32_t>::max()} * second + second - 1;
    const auto time = std::clamp<std::int64_t>(to_unix_ns(packet.time), 0, latest);
    put_little(file, static_cast<std::uint32_t>(time / second));
    put_little(file, static_cast<std::uint32_t>(time % second));
    put_little(file, static_cast<std::uint32_t>(packet.bytes.size()));
    put_little(file, packet.wire_length);
    put_bytes(file, packet.bytes);
  });
}

result<cut_summary> cut_pcapng(const stream_store& from, const std::set<std::uint64_t>& streams,
                               const file_sink& to, const pcapng_options& options, cut_limits limits) {
  const auto chosen = select(from, streams, limits);
  if (!chosen) return tl::unexpected<error>(chosen.error());
  piecewise out{to};
  put_section(out.buffer(), options);
  std::vector<link_type> links(chosen->interfaces.size());
  for (const auto& [link, number] : chosen->interfaces)
    links[number] = link;
  for (const auto link : links)
    put_interface(out.buffer(), link, chosen->snaplen);
  put_names(out.buffer(), options.names);
  return write_packets(from, *chosen, out, [&](std::string& file, const frame& packet) {
    const auto known = chosen->interfaces.find(packet.link);
    if (known != chosen->interfaces.end()) put_packet(file, known->second, packet);
  });
}

} // namespace remora::traffic
