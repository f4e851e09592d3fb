#include "traffic/dissect/dns/dns_message.hpp"

#include <algorithm>

#include "traffic/decode/cursor.hpp"

namespace remora::traffic {

std::optional<dns_header> read_dns_header(byte_view message) noexcept {
  const auto fixed = cursor{message}.take<dns_header::size>();
  if (!fixed) return std::nullopt;
  return dns_header{
      fixed.u16<0>(), fixed.u16<2>(), {fixed.u16<4>(), fixed.u16<6>(), fixed.u16<8>(), fixed.u16<10>()}};
}

std::optional<dns_entry> read_dns_entry(byte_view message, std::size_t at, bool is_question) noexcept {
  const auto name_end = skip_dns_name(message, at);
  if (!name_end) return std::nullopt;
  dns_entry entry;
  entry.name_at = at;
  cursor rest{message.skip(*name_end)};
  if (is_question) {
    const auto fixed = rest.take<4>();
    if (!fixed) return std::nullopt;
    entry.type = fixed.u16<0>();
    entry.klass = fixed.u16<2>();
    entry.data_at = entry.end = *name_end + 4;
    return entry;
  }
  const auto fixed = rest.take<10>();
  if (!fixed || rest.left() < fixed.u16<8>()) return std::nullopt;
  entry.type = fixed.u16<0>();
  entry.klass = fixed.u16<2>();
  entry.ttl = fixed.u32<4>();
  entry.data_at = *name_end + 10;
  entry.data_size = fixed.u16<8>();
  entry.end = entry.data_at + entry.data_size;
  return entry;
}

std::optional<ip_address> dns_address(const dns_entry& record, byte_view data) noexcept {
  ip_address out;
  if (record.type == dns_type::a && data.size() == 4) {
    out.bytes[10] = out.bytes[11] = 0xFF;
    std::copy(data.begin(), data.end(), out.bytes.begin() + 12);
    return out;
  }
  if (record.type != dns_type::aaaa || data.size() != out.bytes.size()) return std::nullopt;
  std::copy(data.begin(), data.end(), out.bytes.begin());
  return out;
}

} // namespace remora::traffic
