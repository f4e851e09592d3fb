#include "traffic/dissect/dns/dns_part.hpp"

#include <cstring>
#include <new>

#include "traffic/dissect/dns/dns_members.hpp"

namespace remora::traffic {

static_assert(sizeof(dns_part) % alignof(dns_place) == 0, "the places follow the object at once");

std::unique_ptr<const dns_part> dns_part::make(byte_view message, bool with_questions) {
  message = message.first(65535);
  auto what = outline_dns(message);
  if (!what) return nullptr;
  // What follows the questions of a plain query is not shown. Other requests are recognised by it.
  if (!what->header.is_response() && what->header.opcode() == 0) {
    what->found[1] = what->found[2] = what->found[3] = 0;
    what->end = what->questions_end;
  }
  const std::size_t more = what->entries() * sizeof(dns_place) + what->end;
  return std::unique_ptr<const dns_part>{new (tail{more}) dns_part{message, *what, with_questions}};
}

dns_part::dns_part(byte_view message, const dns_outline& what, bool with_questions) noexcept
    : header_{what.header},
      found_{what.found},
      size_{static_cast<std::uint32_t>(what.end)},
      with_questions_{with_questions || !what.header.is_response()} {
  std::memcpy(const_cast<std::uint8_t*>(bytes()), message.data(), size_);
  auto* place = const_cast<dns_place*>(table());
  std::size_t at = dns_header::size;
  for (std::size_t section = 0; section < dns_section_count; ++section) {
    for (std::size_t i = 0; i < found_[section]; ++i) {
      new (place++) dns_place{this, static_cast<std::uint16_t>(at), static_cast<dns_section>(section)};
      const auto entry = read_dns_entry(message, at, section == 0);
      if (entry) at = entry->end; // it was whole when the message was outlined
    }
  }
}

shaped dns_part::members() const noexcept {
  return {header_.is_response() ? &dns_response_shape : &dns_request_shape, this};
}

std::size_t dns_part::footprint() const noexcept {
  return sizeof *this + places() * sizeof(dns_place) + size_;
}

const dns_place* dns_part::first(dns_section section) const noexcept {
  const dns_place* at = table();
  for (std::size_t before = 0; before < static_cast<std::size_t>(section); ++before)
    at += found_[before];
  return at;
}

dns_entry dns_part::entry(const dns_place& place) const noexcept {
  const auto found = read_dns_entry(message(), place.at, place.section == dns_section::questions);
  return found ? *found : dns_entry{};
}

std::string dns_part::question() const {
  std::string name;
  if (count(dns_section::questions) != 0) append_dns_name(name, message(), first(dns_section::questions)->at);
  return name;
}

unsigned dns_part::rcode() const noexcept {
  const dns_place* at = first(dns_section::additionals);
  for (std::size_t i = 0; i < count(dns_section::additionals); ++i) {
    const dns_entry record = entry(at[i]);
    if (record.type == dns_type::opt) return (record.ttl >> 24u) << 4u | header_.rcode();
  }
  return header_.rcode();
}

} // namespace remora::traffic
