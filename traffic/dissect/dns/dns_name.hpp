#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "traffic/bytes.hpp"

namespace remora::traffic {

/// Steps (labels and pointers) that reading one message may take in all. Names that point at names let a few
/// bytes stand for many; real messages stay far below this.
class dns_effort {
 public:
  bool spend() noexcept { return left_ != 0 && left_-- != 0; }

 private:
  std::uint32_t left_ = 1u << 17u;
};

/// Where the name that begins at `at` ends: behind its root label, or behind its first pointer. Nothing when
/// it is malformed: it leaves the message, a pointer does not go backwards, it takes more than 128 of them,
/// or it is longer than 255 bytes. Source: RFC 1035, sections 3.1 and 4.1.4.
std::optional<std::size_t> end_of_dns_name(byte_view message, std::size_t at, dns_effort& effort) noexcept;

/// The same, trusting what is behind pointers.
std::optional<std::size_t> skip_dns_name(byte_view message, std::size_t at) noexcept;

/// Appends the name as text, without the dot of the root ("" for the root itself): "www.example.org". Dots
/// and backslashes inside of labels get a backslash, bytes that are not printable become \DDD (RFC 1035,
/// section 5.1). False, and nothing appended, when it is malformed.
bool append_dns_name(std::string& to, byte_view message, std::size_t at);

} // namespace remora::traffic
