#include "worker/spool/spool_frame.hpp"

#include <algorithm>

#include "base/crc32c.hpp"
#include "protocol/channel/octets.hpp"

namespace remora::worker {

namespace {

constexpr std::size_t checked_from = 8; // what stands before it is the marker and the checksum itself

std::string marker_text(std::uint32_t marker) {
  std::string text;
  protocol::put(text, marker);
  return text;
}

/// The length that the head at the beginning of `bytes` claims; nothing when it cannot be one.
std::optional<std::size_t> claimed_end(std::string_view bytes) {
  protocol::octet_reader in{bytes.substr(std::min(checked_from, bytes.size()))};
  const auto length = in.take<std::uint32_t>();
  if (!length || *length == 0 || *length > wire::max_message_bytes) return std::nullopt;
  return frame_head_bytes + *length;
}

/// The record at `begin`, where a marker stands, when it is sound.
std::optional<found_frame> sound_frame(std::string_view content, std::size_t begin) {
  const auto bytes = content.substr(begin);
  const auto size = claimed_end(bytes);
  if (!size || *size > bytes.size()) return std::nullopt;
  protocol::octet_reader in{bytes.substr(4)};
  const auto checksum = in.take<std::uint32_t>();
  if (checksum != crc32c(bytes.substr(checked_from, *size - checked_from))) return std::nullopt;
  in.take<std::uint32_t>();
  const auto number = in.take<std::uint64_t>();
  if (!number) return std::nullopt;
  return found_frame{*number, bytes.substr(frame_head_bytes, *size - frame_head_bytes), begin, begin + *size};
}

} // namespace

void append_frame(std::string& out, std::uint32_t marker, std::uint64_t number, std::string_view payload) {
  std::string checked;
  checked.reserve(frame_head_bytes - checked_from);
  protocol::put(checked, static_cast<std::uint32_t>(payload.size()));
  protocol::put(checked, number);
  protocol::put(out, marker);
  protocol::put(out, crc32c(payload, crc32c(checked)));
  out += checked;
  out += payload;
}

std::optional<found_frame> find_frame(std::string_view content, std::size_t from, std::uint32_t marker) {
  const auto text = marker_text(marker);
  for (auto at = content.find(text, from); at != std::string_view::npos; at = content.find(text, at + 1)) {
    if (auto found = sound_frame(content, at)) return found;
  }
  return std::nullopt;
}

bool is_torn(std::string_view tail, std::uint32_t marker) {
  if (std::all_of(tail.begin(), tail.end(), [](char each) { return each == '\0'; })) return true;
  const auto text = marker_text(marker);
  if (tail.substr(0, text.size()) != std::string_view{text}.substr(0, tail.size())) return false;
  if (tail.size() < frame_head_bytes) return true;
  const auto size = claimed_end(tail);
  return size && *size > tail.size();
}

} // namespace remora::worker
