#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/item/item_part.hpp"
#include "traffic/dissect/dns/dns_message.hpp"

namespace remora::traffic {

class dns_part;

/// A question or record of a part, findable by its address: what a lazy reader keeps.
struct dns_place {
  const dns_part* of = nullptr;
  std::uint16_t at = 0; ///< Offset in the message.
  dns_section section = dns_section::questions;
};

/// The request or response of a DNS item: a copy of the message that was checked, and where its entries are,
/// in one allocation. Source: items, section 8.5.
class dns_part final : public item_part {
 public:
  /// @param with_questions Lists a response's questions too: for one whose query nobody saw.
  /// @returns The part, or null when there is not even a header.
  static std::unique_ptr<const dns_part> make(byte_view message, bool with_questions);

  static void operator delete(void* at) { ::operator delete(at); }

  shaped members() const noexcept override;
  std::size_t footprint() const noexcept override;

  const dns_header& header() const noexcept { return header_; }
  /// The message up to the end of the last entry that is whole. Of a plain query
  /// only header and questions.
  byte_view message() const noexcept { return {bytes(), size_}; }

  const dns_place* first(dns_section section) const noexcept;
  std::size_t count(dns_section section) const noexcept { return found_[static_cast<std::size_t>(section)]; }
  dns_entry entry(const dns_place& place) const noexcept;
  bool lists_questions() const noexcept { return with_questions_; }

  /// Whether as many questions could be read as the header counts.
  bool has_all_questions() const noexcept { return found_[0] == header_.counts[0]; }

  /// Whether that is so for records too.
  bool has_all() const noexcept { return found_ == header_.counts; }

  /// The name of the first question; "" without one.
  std::string question() const;
  /// With the upper bits that an OPT record holds (RFC 6891, section 6.1.3).
  unsigned rcode() const noexcept;

 private:
  dns_part(byte_view message, const dns_outline& what, bool with_questions) noexcept;
  struct tail {
    std::size_t bytes;
  };
  static void* operator new(std::size_t own, tail more) { return ::operator new(own + more.bytes); }
  static void operator delete(void* at, tail /*more*/) { ::operator delete(at); }

  std::size_t places() const noexcept { return std::size_t{found_[0]} + found_[1] + found_[2] + found_[3]; }
  const dns_place* table() const noexcept { return reinterpret_cast<const dns_place*>(this + 1); }
  const std::uint8_t* bytes() const noexcept {
    return reinterpret_cast<const std::uint8_t*>(table() + places());
  }

  dns_header header_;
  std::array<std::uint16_t, dns_section_count> found_{};
  std::uint32_t size_ = 0;
  bool with_questions_ = false;
  // Behind the object: the places, then the message.
};

} // namespace remora::traffic
