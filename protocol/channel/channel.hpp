#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/receive_window.hpp"
#include "protocol/channel/send_window.hpp"

namespace remora::protocol {

/// One end of a conversation over a transport that loses, repeats, delays and reorders. What one end sends
/// arrives at the other once for each life of the receiver, and in order, as long as the two hear each other
/// from time to time; it is acknowledged once the receiver's application has *confirmed* it.
///
/// No socket, thread or clock: frames go in through receive() and come out of poll(); time is an argument and
/// must not run backwards. After every call that may have changed something, take frames from poll() until
/// there are none, then messages from next_message(), take_acknowledged() and take_room(), and call poll()
/// again at next_deadline(). Not thread-safe: one actor owns it. Memory is bounded by the settings.
class channel {
 public:
  /// @param incarnation Higher than in every earlier life of this end, and stored before this call: see
  ///        next_incarnation(). 0 counts as 1.
  /// @param remembered The last position that was confirmed in an earlier life, when the application stores
  /// it
  ///        together with what the messages said. Then nothing arrives twice even when this end restarts.
  explicit channel(std::uint64_t incarnation, const channel_settings& settings = {},
                   stream_position remembered = {});
  channel(const channel&) = delete; // the two halves share the settings and the counters
  channel& operator=(const channel&) = delete;

  /// The transport has (again) a connection: asks the peer where it stands, and sends what is unacknowledged.
  void connected(moment now);
  /// The transport has none: poll() gives no frames until it has. Frames that still come in are taken.
  void disconnected() noexcept { connected_ = false; }
  bool is_connected() const noexcept { return connected_; }

  /// Takes one message for the peer and returns its number; numbers count from 1 in each incarnation. The
  /// application keeps what must survive its own end, until take_acknowledged() reaches that number; after a
  /// restart it sends what is left again, in the same order, under new numbers.
  /// Errors: window_full (take_room() says when to try again), too_large.
  result<std::uint64_t> send(std::string payload) { return sending_.push(std::move(payload)); }
  /// The highest number the peer has taken over, once for each time that it grew: all up to it may be
  /// deleted.
  std::optional<std::uint64_t> take_acknowledged() noexcept { return sending_.take_acknowledged(); }
  /// True once after send() said window_full and there is room for that message again.
  bool take_room() noexcept { return sending_.take_room(); }

  /// Takes in what the transport received. A frame that is refused changes nothing but a counter,
  /// and so does an acknowledgement of what was never sent.
  /// Errors: invalid_frame.
  result<void> receive(std::string_view frame, moment now);
  /// The next message from the peer, in order.
  std::optional<channel_message> next_message() { return receiving_.next(); }
  /// The application has taken over every message up to `at`. May come late, and may skip numbers. Positions
  /// of an earlier life of the peer are ignored: that life is sent again. Errors: invalid_confirm when it was
  /// never handed out.
  result<void> confirm(stream_position at, moment now);

  /// The next frame to send; call until there is none.
  std::optional<std::string> poll(moment now);
  /// When poll() will next have a frame, unless something happens before: moment::min() for at once. Nothing
  /// when there is nothing to wait for.
  std::optional<moment> next_deadline() const noexcept;

  std::uint64_t incarnation() const noexcept { return incarnation_; }
  /// The peer's, 0 until it was heard.
  std::uint64_t peer_incarnation() const noexcept { return receiving_.incarnation(); }
  /// A higher incarnation that the peer attributes to this end. Then the peer ignores us: this end came back
  /// with an old disk, and the owner should begin again above that number.
  std::optional<std::uint64_t> outranked_by() const noexcept { return outranked_by_; }

  std::size_t unacknowledged_messages() const noexcept { return sending_.messages(); }
  std::size_t unacknowledged_bytes() const noexcept { return sending_.bytes(); }
  std::size_t buffered_messages() const noexcept { return receiving_.messages(); }
  std::size_t buffered_bytes() const noexcept { return receiving_.bytes(); }
  const channel_counters& counters() const noexcept { return counters_; }

 private:
  result<channel_frame> check(std::string_view bytes) const;
  void take_report(const channel_report& report, moment now);
  void take_data(const channel_frame& frame, moment now);
  void acknowledge_by(moment when) noexcept;
  std::string make_frame(std::optional<std::uint64_t> number, bool asks);

  channel_settings settings_;
  channel_counters counters_;
  std::uint64_t incarnation_;
  send_window sending_;
  receive_window receiving_;
  bool connected_ = false;
  bool ask_ = false;                     // the peer should say where it stands
  std::optional<moment> acknowledge_at_; // something to acknowledge, at the latest then
  std::size_t frames_since_report_ = 0;
  std::optional<std::uint64_t> outranked_by_;
};

} // namespace remora::protocol
