#include "traffic/capture/capture_reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "traffic/capture/pcap_format.hpp"
#include "traffic/capture/pcapng_format.hpp"

namespace remora::traffic {
namespace {

/// Files that people hand over instead of a capture, and what helps then. FILE stands for the name.
struct known_format {
  std::string_view magic;
  std::string_view is;
  std::string_view help;
};

constexpr known_format known_formats[] = {
    {"\x1F\x8B", "compressed with gzip", "zcat FILE | remora run -r - ..."},
    {"\x28\xB5\x2F\xFD", "compressed with zstd", "zstdcat FILE | remora run -r - ..."},
    {"\xFD\x37\x7A\x58\x5A", "compressed with xz", "xzcat FILE | remora run -r - ..."},
    {"BZh", "compressed with bzip2", "bzcat FILE | remora run -r - ..."},
    {"\x04\x22\x4D\x18", "compressed with lz4", "lz4cat FILE | remora run -r - ..."},
    {"PK\x03\x04", "a zip archive", "unzip -p FILE | remora run -r - ..."},
    {"snoop", "a snoop capture", "editcap -F pcap FILE new.pcap"},
    {"GMBU", "a Network Monitor capture", "editcap -F pcap FILE new.pcap"},
};

constexpr std::size_t shown_bytes = 8; // of a file that is no capture

std::string with_name(std::string_view help, const std::string& name) {
  std::string text{help};
  if (const auto at = text.find("FILE"); at != std::string::npos) text.replace(at, 4, name);
  return text;
}

/// `68 65 6c 6c "hell"`
std::string show_bytes(byte_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  std::string text;
  for (const std::uint8_t byte : bytes) {
    hex += digits[byte >> 4u];
    hex += digits[byte & 15u];
    hex += ' ';
    text += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
  }
  return hex + '"' + text + '"';
}

} // namespace

capture_reader::capture_reader(std::string name, std::unique_ptr<byte_source> bytes, std::size_t buffer_bytes)
    : name_{std::move(name)}, in_{std::make_unique<input_buffer>(std::move(bytes), buffer_bytes)} {}

error capture_reader::not_a_capture() const {
  const std::string what = name_ + ": is no capture file";
  const byte_view head = in_->window().first(shown_bytes);
  if (head.empty()) return {errc::not_a_capture, name_ + ": is empty (0 bytes); not even a capture's header"};
  for (const known_format& known : known_formats) {
    const byte_view magic{reinterpret_cast<const std::uint8_t*>(known.magic.data()), known.magic.size()};
    if (head.first(magic.size()) == magic) {
      return {errc::not_a_capture,
              what + " but " + std::string{known.is} + "; try: " + with_name(known.help, name_)};
    }
  }
  return {errc::not_a_capture, what + ": it begins with " + show_bytes(head) + "; pcap and pcapng are read"};
}

result<step> capture_reader::recognise(milliseconds wait) {
  const auto got = in_->ensure(4, wait);
  if (got == input_buffer::fill::idle) return step::idle;
  if (got == input_buffer::fill::failed) return fail(errc::io_failed, name_ + ": " + in_->failure().message);
  if (got == input_buffer::fill::end) return tl::unexpected<error>(not_a_capture());
  std::uint8_t magic[4] = {};
  std::copy_n(in_->data(), 4, magic);
  parser_ = make_pcap_parser(magic, name_, *in_);
  if (!parser_ && load_big32(magic) == 0x0A0D'0D0Au) parser_ = make_pcapng_parser(name_, *in_);
  if (!parser_) {
    static_cast<void>(in_->ensure(shown_bytes, wait)); // to tell more; what there is will do
    return tl::unexpected<error>(not_a_capture());
  }
  return step::packet;
}

result<step> capture_reader::start(milliseconds wait) {
  if (!parser_) {
    auto known = recognise(wait);
    if (!known || *known != step::packet) return known;
  }
  if (!opened_) {
    auto head = parser_->open(wait);
    if (!head) return head;
    if (*head == step::idle) return step::idle;
    opened_ = true;
    if (*head == step::end) {
      started_ = true;
      return step::end;
    }
  }
  const step first = parser_->next(current_, wait);
  if (first == step::idle) return step::idle;
  if (const auto number = parser_->only_unsupported_link()) {
    return tl::unexpected<error>(unsupported_link_error(name_, *number));
  }
  started_ = true;
  return first;
}

} // namespace remora::traffic
