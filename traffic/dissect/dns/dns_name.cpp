#include "traffic/dissect/dns/dns_name.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t longest_name = 255; ///< On the wire, with the root label.
constexpr unsigned most_pointers = 128;

/// Walks over a name, telling of each label. Each pointer leads to before the run of labels it ends, so the
/// walk comes to an end by itself; the limits keep it short.
template <class OnLabel>
std::optional<std::size_t> walk(byte_view message, std::size_t at, OnLabel on_label) {
  std::size_t end = 0;
  std::size_t run = at;
  std::size_t length = 1;
  unsigned pointers = 0;
  while (at < message.size()) {
    const std::size_t size = message.data()[at];
    if (size == 0) return pointers == 0 ? at + 1 : end;
    if (size >= 0xC0) {
      if (at + 2 > message.size() || ++pointers > most_pointers) return std::nullopt;
      if (pointers == 1) end = at + 2;
      at = load_big16(message.data() + at) & 0x3FFFu;
      if (at >= run || at < header_bytes || !on_label(byte_view{})) return std::nullopt;
      run = at;
      continue;
    }
    length += size + 1;
    if (size >= 0x40 || length > longest_name || at + 1 + size > message.size()) return std::nullopt;
    if (!on_label(message.skip(at + 1).first(size))) return std::nullopt;
    at += size + 1;
  }
  return std::nullopt;
}

void append_label(std::string& to, byte_view label) {
  for (const std::uint8_t byte : label) {
    if (byte == '.' || byte == '\\') {
      to += '\\';
      to += static_cast<char>(byte);
    } else if (byte > 0x20 && byte < 0x7F) {
      to += static_cast<char>(byte);
    } else {
      to += '\\';
      to += static_cast<char>('0' + byte / 100);
      to += static_cast<char>('0' + byte / 10 % 10);
      to += static_cast<char>('0' + byte % 10);
    }
  }
}

} // namespace

std::optional<std::size_t> end_of_dns_name(byte_view message, std::size_t at, dns_effort& effort) noexcept {
  return walk(message, at, [&](byte_view) { return effort.spend(); });
}

std::optional<std::size_t> skip_dns_name(byte_view message, std::size_t at) noexcept {
  while (at < message.size()) {
    const std::size_t size = message.data()[at];
    if (size == 0) return at + 1;
    if (size >= 0xC0) return at + 2;
    at += size + 1;
  }
  return std::nullopt;
}

bool append_dns_name(std::string& to, byte_view message, std::size_t at) {
  const std::size_t before = to.size();
  const auto end = walk(message, at, [&](byte_view label) {
    if (label.empty()) return true; // a pointer
    if (to.size() != before) to += '.';
    append_label(to, label);
    return true;
  });
  if (!end) to.resize(before);
  return end.has_value();
}

} // namespace remora::traffic
