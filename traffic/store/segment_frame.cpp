#include "traffic/store/segment_frame.hpp"

#include <algorithm>
#include <array>

#include "base/crc32c.hpp"
#include "traffic/store/octets.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t checksum_at = 4;
constexpr std::size_t length_at = 8; // what the checksum covers begins here
constexpr std::size_t number_at = 12;
constexpr std::size_t time_at = 20;

std::array<char, 4> marker_text(std::uint32_t marker) noexcept {
  std::array<char, 4> text{};
  put_big_at(text.data(), marker);
  return text;
}

} // namespace

void begin_frame(std::string& out, std::size_t payload_bytes) {
  const auto at = out.size();
  out.resize(at + frame_head_bytes);
  put_big_at(out.data() + at + length_at, static_cast<std::uint32_t>(payload_bytes));
}

std::size_t begun_frame_bytes(const std::string& frames, std::size_t at) noexcept {
  return frame_head_bytes + get_big<std::uint32_t>(frames.data() + at + length_at);
}

void seal_frame(std::string& frames, std::size_t at, std::uint32_t marker, std::uint64_t number,
                timestamp time) noexcept {
  const auto size = begun_frame_bytes(frames, at);
  char* const head = frames.data() + at;
  put_big_at(head + number_at, number);
  put_big_at(head + time_at, static_cast<std::uint64_t>(to_unix_ns(time)));
  put_big_at(head + checksum_at, crc32c({head + length_at, size - length_at}));
  put_big_at(head, marker);
}

std::optional<std::size_t> claimed_frame_bytes(std::string_view content, std::size_t at,
                                               std::uint32_t marker) noexcept {
  if (at > content.size() || content.size() - at < frame_head_bytes) return std::nullopt;
  const char* const head = content.data() + at;
  if (get_big<std::uint32_t>(head) != marker) return std::nullopt;
  const auto length = get_big<std::uint32_t>(head + length_at);
  if (length == 0 || length > max_payload_bytes) return std::nullopt;
  return frame_head_bytes + length;
}

std::optional<found_frame> frame_at(std::string_view content, std::size_t at, std::uint32_t marker) noexcept {
  const auto size = claimed_frame_bytes(content, at, marker);
  if (!size || *size > content.size() - at) return std::nullopt;
  const char* const head = content.data() + at;
  if (get_big<std::uint32_t>(head + checksum_at) != crc32c({head + length_at, *size - length_at}))
    return std::nullopt;
  found_frame found;
  found.number = get_big<std::uint64_t>(head + number_at);
  found.time = from_unix_ns(static_cast<std::int64_t>(get_big<std::uint64_t>(head + time_at)));
  found.payload = content.substr(at + frame_head_bytes, *size - frame_head_bytes);
  found.begin = at;
  found.end = at + *size;
  return found;
}

std::size_t find_marker(std::string_view content, std::size_t from, std::uint32_t marker) {
  const auto text = marker_text(marker);
  const std::string_view wanted{text.data(), text.size()};
  const auto whole = content.find(wanted, from);
  if (whole != std::string_view::npos) return whole;
  const auto tail = content.size() < wanted.size() ? 0 : content.size() - wanted.size() + 1;
  for (auto at = std::max(from, tail); at < content.size(); ++at) {
    if (wanted.substr(0, content.size() - at) == content.substr(at)) return at;
  }
  return content.size();
}

bool is_torn(std::string_view tail, std::uint32_t marker) {
  if (std::all_of(tail.begin(), tail.end(), [](char each) { return each == '\0'; })) return true;
  const auto text = marker_text(marker);
  const std::string_view wanted{text.data(), text.size()};
  if (tail.substr(0, wanted.size()) != wanted.substr(0, tail.size())) return false;
  if (tail.size() < frame_head_bytes) return true;
  const auto size = claimed_frame_bytes(tail, 0, marker);
  return size && *size > tail.size();
}

} // namespace remora::traffic
