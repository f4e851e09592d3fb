#include "protocol/channel/channel_settings.hpp"

#include <algorithm>
#include <string>

namespace remora::protocol {

namespace {
// A report describes gaps as 32-bit differences, and a receiver scans its window for them.
constexpr std::size_t max_window_messages = 65'536;
constexpr milliseconds max_delay{std::chrono::hours{1}};

milliseconds clamped(milliseconds value, milliseconds least) noexcept {
  return std::clamp(value, least, std::max(least, max_delay));
}
} // namespace

channel_settings channel_settings::within_bounds() const noexcept {
  channel_settings out = *this;
  out.payload_bytes = std::clamp<std::size_t>(payload_bytes, 1, max_payload_bytes);
  out.window_messages = std::clamp<std::size_t>(window_messages, 1, max_window_messages);
  out.window_bytes = std::max(window_bytes, out.payload_bytes);
  out.receive_messages = std::clamp<std::size_t>(receive_messages, 1, max_window_messages);
  out.receive_bytes = std::max(receive_bytes, 2 * out.payload_bytes);
  out.burst = std::clamp<std::size_t>(burst, 1, out.window_messages);
  out.least_timeout = clamped(least_timeout, milliseconds{1});
  out.longest_timeout = clamped(longest_timeout, out.least_timeout);
  out.first_timeout = std::clamp(first_timeout, out.least_timeout, out.longest_timeout);
  out.ack_delay = clamped(ack_delay, milliseconds{0});
  out.ack_every = std::max<std::size_t>(ack_every, 1);
  return out;
}

result<std::uint64_t> next_incarnation(std::uint64_t last, timestamp wall) {
  const std::int64_t ns = std::max<std::int64_t>(to_unix_ns(wall), 0);
  const std::uint64_t by_clock = static_cast<std::uint64_t>(ns) / 1'000'000;
  if (last >= max_stream_number) {
    return fail(errc::invalid_frame, "the stored incarnation " + std::to_string(last) +
                                         " leaves no room for another: the file that holds it is damaged; "
                                         "remove it, and enroll this node under a new key");
  }
  return std::max(last + 1, by_clock);
}

} // namespace remora::protocol
