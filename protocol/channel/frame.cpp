#include "protocol/channel/frame.hpp"

#include <algorithm>

#include "protocol/channel/channel_settings.hpp"
#include "protocol/channel/octets.hpp"

namespace remora::protocol {

namespace {

constexpr std::uint8_t frame_version = 1;
constexpr std::uint8_t flag_data = 1;
constexpr std::uint8_t flag_report = 2;
constexpr std::uint8_t flag_asks = 4;
constexpr std::size_t most_header_bytes = 3 + 6 * 8 + max_held_ranges * 8;

tl::unexpected<error> refuse(const std::string& why) {
  return fail(errc::invalid_frame, "a frame of a channel was refused: " + why);
}

void put_report(std::string& out, const channel_report& report, std::size_t ranges) {
  put(out, report.incarnation);
  put(out, report.confirmed);
  put(out, report.received);
  std::uint64_t last = report.received;
  for (std::size_t i = 0; i < ranges; ++i) {
    const number_range& held = report.held[i];
    put(out, static_cast<std::uint32_t>(held.first - last - 1));
    put(out, static_cast<std::uint32_t>(held.last - held.first + 1));
    last = held.last;
  }
}

/// Three numbers and `ranges` ranges; sums cannot wrap, because every term is at most 2^62 before it is used.
result<channel_report> take_report(octet_reader& in, std::size_t ranges) {
  channel_report report;
  for (std::uint64_t* field : {&report.incarnation, &report.confirmed, &report.received}) {
    const auto value = in.take<std::uint64_t>();
    if (!value) return refuse("it ends inside of its acknowledgement");
    if (*value > max_stream_number) return refuse("its acknowledgement has a number above 2^62");
    *field = *value;
  }
  if (report.incarnation == 0) return refuse("it acknowledges incarnation 0");
  if (report.confirmed > report.received) return refuse("it acknowledges more than it says has arrived");
  std::uint64_t last = report.received;
  report.held.reserve(ranges);
  for (std::size_t i = 0; i < ranges; ++i) {
    const auto missing = in.take<std::uint32_t>();
    const auto held = in.take<std::uint32_t>();
    if (!missing || !held) return refuse("it ends inside of its list of ranges");
    if (*missing == 0 || *held == 0) return refuse("it lists an empty range");
    const number_range range{last + *missing + 1, last + *missing + *held};
    if (range.last > max_stream_number) return refuse("it lists a range above 2^62");
    report.held.push_back(range);
    last = range.last;
  }
  return report;
}

result<void> take_data(octet_reader& in, channel_frame& frame) {
  const auto number = in.take<std::uint64_t>();
  if (!number) return refuse("it ends before its message");
  if (*number < frame.floor) return refuse("its message is numbered below its own floor");
  if (*number > max_stream_number) return refuse("its message is numbered above 2^62");
  frame.number = *number;
  frame.payload = in.rest();
  return {};
}

} // namespace

std::string encode(const channel_frame& frame) {
  const std::size_t ranges = frame.report ? std::min(frame.report->held.size(), max_held_ranges) : 0;
  std::string out;
  out.reserve(most_header_bytes + frame.payload.size());
  put(out, frame_version);
  put(out, static_cast<std::uint8_t>((frame.number ? flag_data : 0) | (frame.report ? flag_report : 0) |
                                     (frame.asks ? flag_asks : 0)));
  put(out, static_cast<std::uint8_t>(ranges));
  put(out, frame.incarnation);
  put(out, frame.floor);
  if (frame.report) put_report(out, *frame.report, ranges);
  if (frame.number) {
    put(out, *frame.number);
    out += frame.payload;
  }
  return out;
}

result<channel_frame> decode_channel_frame(std::string_view bytes) {
  octet_reader in{bytes};
  const auto version = in.take<std::uint8_t>();
  if (!version) return refuse("it is empty");
  if (*version != frame_version) {
    return refuse("it has version " + std::to_string(*version) + ", and this program speaks version " +
                  std::to_string(frame_version) + ": update the older side");
  }
  const auto flags = in.take<std::uint8_t>();
  const auto ranges = in.take<std::uint8_t>();
  const auto incarnation = in.take<std::uint64_t>();
  const auto floor = in.take<std::uint64_t>();
  if (!flags || !ranges || !incarnation || !floor) return refuse("it ends inside of its header");
  if (*incarnation == 0 || *incarnation > max_stream_number) return refuse("its incarnation is out of range");
  if (*floor == 0 || *floor > max_stream_number + 1) return refuse("its floor is out of range");
  const bool has_report = (*flags & flag_report) != 0;
  if (*ranges > (has_report ? max_held_ranges : 0)) return refuse("it lists too many ranges");

  channel_frame frame;
  frame.incarnation = *incarnation;
  frame.floor = *floor;
  frame.asks = (*flags & flag_asks) != 0;
  if (has_report) {
    auto report = take_report(in, *ranges);
    if (!report) return pass_on(std::move(report));
    frame.report = std::move(*report);
  }
  if ((*flags & flag_data) != 0) {
    if (auto data = take_data(in, frame); !data) return pass_on(std::move(data));
  } else if (!in.rest().empty()) {
    return refuse("it carries bytes that belong to no message");
  }
  return frame;
}

} // namespace remora::protocol
