#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/time.hpp"
#include "traffic/capture/input_buffer.hpp"
#include "traffic/frame.hpp"

namespace remora::traffic {

/// The most bytes a packet in a file may have, whatever the file declares.
inline constexpr std::uint32_t max_packet_bytes = 16u << 20;

/// What a parser came to.
enum class step : std::uint8_t {
  packet, ///< A packet (or, from open(): the head of the file) was read.
  idle,   ///< The bytes have not arrived yet.
  end,    ///< No more packets: the file ended, or is damaged.
};

/// Reads the records of one capture file format. Where a file stops making sense the reading ends: after a
/// wrong length nothing says where the next record begins, and a guess would show packets that never were.
class format_parser {
 public:
  format_parser(std::string name, input_buffer& in) : in_{in}, name_{std::move(name)} {}
  format_parser(const format_parser&) = delete;
  format_parser& operator=(const format_parser&) = delete;
  virtual ~format_parser() = default;

  /// Reads the head of the file. Call it again when it was `idle`.
  /// Errors: not_a_capture (a version that is not read), unknown_link_type.
  virtual result<step> open(milliseconds wait) = 0;

  /// Reads the next packet; out.bytes is valid until the next call. After `end` it must not be called again.
  virtual step next(frame& out, milliseconds wait) = 0;

  /// The link type's number when the file has declared one interface and its packets cannot be decoded.
  virtual std::optional<std::uint32_t> only_unsupported_link() const { return std::nullopt; }

  /// Why `end` came early; nothing when the file ended between two records.
  const std::optional<error>& damage() const noexcept { return damage_; }

 protected:
  /// What ensure(needed) means for a record that begins at the window and needs that many bytes.
  /// Only for what is not `ready`.
  step short_of(input_buffer::fill why, std::size_t needed, std::string_view what);

  /// Ends the reading: the record at `offset` cannot be right.
  step corrupt(std::uint64_t offset, const std::string& reason);
  step cut_off(std::uint64_t offset, std::uint64_t needed, std::uint64_t present, std::string_view what);

  const std::string& name() const noexcept { return name_; }

  input_buffer& in_;

 private:
  std::string name_;
  std::optional<error> damage_;
};

/// "x.pcap: link type 147 is not supported; supported are …"
error unsupported_link_error(const std::string& name, std::uint32_t number);

} // namespace remora::traffic
