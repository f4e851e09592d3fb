#include "protocol/channel/log_entry.hpp"

#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/octets.hpp"

namespace remora::protocol {

namespace {

constexpr std::uint8_t log_version = 1;
constexpr std::size_t header_bytes = 2 + 2 * 8;

tl::unexpected<error> refuse(const std::string& why) {
  return fail(errc::invalid_frame, "a frame of an ordered log was refused: " + why);
}

} // namespace

std::string encode(const log_frame& frame) {
  std::string out;
  out.reserve(header_bytes + frame.payload.size());
  put(out, log_version);
  put(out, static_cast<std::uint8_t>(frame.kind));
  put(out, frame.at.epoch);
  put(out, frame.at.index);
  out += frame.payload;
  return out;
}

result<log_frame> decode_log_frame(std::string_view bytes) {
  octet_reader in{bytes};
  const auto version = in.take<std::uint8_t>();
  if (!version) return refuse("it is empty");
  if (*version != log_version) {
    return refuse("it has version " + std::to_string(*version) + ", and this program speaks version " +
                  std::to_string(log_version) + ": update the older side");
  }
  const auto kind = in.take<std::uint8_t>();
  const auto epoch = in.take<std::uint64_t>();
  const auto index = in.take<std::uint64_t>();
  if (!kind || !epoch || !index) return refuse("it ends inside of its header");
  if (*kind < static_cast<std::uint8_t>(log_kind::entry) ||
      *kind > static_cast<std::uint8_t>(log_kind::snapshot)) {
    return refuse("it is of kind " + std::to_string(*kind) + ", which is not known");
  }
  log_frame frame{static_cast<log_kind>(*kind), {*epoch, *index}, in.rest()};
  if (*epoch == 0 || *epoch > max_stream_number) return refuse("its epoch is out of range");
  if (*index > max_stream_number) return refuse("its index is out of range");
  if (frame.kind == log_kind::entry && *index == 0) return refuse("entries are numbered from 1");
  if (frame.kind == log_kind::head && !frame.payload.empty()) return refuse("a head carries no payload");
  // A snapshot comes over a connection of its own and may be larger; the transport limits it.
  if (frame.kind == log_kind::entry && frame.payload.size() > max_payload_bytes)
    return refuse("it is too large");
  return frame;
}

} // namespace remora::protocol
