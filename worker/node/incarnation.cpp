#include "worker/node/incarnation.hpp"

#include <charconv>
#include <string>

#include "actors/link/private_file.hpp"
#include "base/log.hpp"
#include "protocol/channel/channel_settings.hpp"

namespace remora::worker {

namespace {

/// 0 when there is none, or none that could be ours.
std::uint64_t last_of(const std::filesystem::path& file) {
  constexpr std::size_t most = 64;
  const auto content = link::read_private_file(file, most);
  if (!content) {
    if (!(content.error() == errc::not_found)) log::warn("incarnation", content.error().message);
    return 0;
  }
  std::uint64_t last = 0;
  const char* const end = content->data() + content->size();
  const auto read = std::from_chars(content->data(), end, last);
  const bool whole = read.ec == std::errc{} && read.ptr != end && *read.ptr == '\n';
  if (whole && last <= protocol::max_stream_number) return last;
  log::warn("incarnation", file.string(), " cannot be read; the clock gives a number instead");
  return 0;
}

} // namespace

result<std::uint64_t> begin_incarnation(const std::filesystem::path& file, timestamp now) {
  auto next = protocol::next_incarnation(last_of(file), now);
  if (!next) return next;
  if (auto saved = link::replace_private_file(file, std::to_string(*next) + '\n'); !saved)
    return pass_on(std::move(saved));
  return next;
}

} // namespace remora::worker
