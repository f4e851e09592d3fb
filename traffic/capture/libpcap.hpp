#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "traffic/frame.hpp"

/// The part of libpcap that remora uses, behind two classes: only libpcap.cpp includes pcap.h.
namespace remora::traffic::libpcap {

/// A compiled capture filter for packets of one link type.
class filter_program {
 public:
  /// Errors: invalid_filter, with the text and libpcap's reason (also when the filter asks for something that
  /// packets of this link type do not have).
  static result<filter_program> compile(std::string_view text, link_type link);

  filter_program(filter_program&&) noexcept;
  filter_program& operator=(filter_program&&) noexcept;
  ~filter_program();

  bool matches(const frame& packet) const noexcept;

 private:
  struct program;
  explicit filter_program(std::unique_ptr<program> compiled);
  std::unique_ptr<program> program_;
};

/// How one interface is captured; the names are those of live_options.
struct live_settings {
  std::string interface;
  std::string filter;
  std::uint32_t snaplen;
  std::size_t buffer_bytes;
  bool promiscuous;
};

/// As libpcap counts them: 32 bits, they wrap.
struct raw_counters {
  std::uint32_t dropped = 0;
  std::uint32_t interface_dropped = 0;
};

/// One interface that is being captured, without blocking. One thread uses it.
class live_handle {
 public:
  /// Errors: unknown_interface, permission_denied, invalid_filter, unknown_link_type, io_failed.
  static result<live_handle> open(const live_settings& settings);

  live_handle(live_handle&&) noexcept;
  live_handle& operator=(live_handle&&) noexcept;
  ~live_handle();

  /// What poll() may wait for. It becomes readable within about 10 ms of a packet.
  int descriptor() const noexcept;

  /// Hands over the packets that are there, at most `max_frames`, without waiting. Returns how many.
  /// Errors: unknown_interface (it disappeared), io_failed. What the handler throws comes out again.
  result<std::size_t> dispatch(frame_handler& handler, std::size_t max_frames);

  /// The last known counters when libpcap cannot tell (an interface that is gone).
  raw_counters counters();

 private:
  struct capture;
  explicit live_handle(std::unique_ptr<capture> running);
  std::unique_ptr<capture> capture_;
};

} // namespace remora::traffic::libpcap
