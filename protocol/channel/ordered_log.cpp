#include "protocol/channel/ordered_log.hpp"

#include <algorithm>

#include "protocol/channel/channel_settings.hpp"

namespace remora::protocol {

ordered_log::ordered_log(log_position start, log_limits limits) noexcept
    : limits_{limits},
      position_{std::clamp<std::uint64_t>(start.epoch, 1, max_stream_number),
                std::min(start.index, max_stream_number)} {}

result<std::string> ordered_log::append(std::string_view payload) {
  if (payload.size() > max_payload_bytes) {
    return fail(errc::too_large, "a log entry of " + std::to_string(payload.size()) +
                                     " bytes is larger than a frame may carry (" +
                                     std::to_string(max_payload_bytes) +
                                     "): announce it, and let it be fetched");
  }
  if (position_.index == max_stream_number) {
    return fail(errc::window_full, "this epoch of the log has used up its numbers: begin a new one");
  }
  ++position_.index;
  std::string bytes = encode({log_kind::entry, position_, payload});
  kept_bytes_ += bytes.size();
  kept_.push_back(bytes);
  while (kept_.size() > 1 && (kept_.size() > limits_.entries || kept_bytes_ > limits_.bytes)) {
    kept_bytes_ -= kept_.front().size();
    kept_.pop_front();
  }
  return bytes;
}

std::string ordered_log::head() const { return encode({log_kind::head, position_, {}}); }

std::string ordered_log::snapshot(std::string_view payload) const {
  return encode({log_kind::snapshot, position_, payload});
}

log_answer ordered_log::answer(const log_request& request, std::size_t most_bytes) const {
  log_answer out;
  const std::uint64_t next = position_.index + 1;
  const std::uint64_t oldest = next - kept_.size();
  out.wants_snapshot = request.epoch != position_.epoch || request.from < oldest || request.from > next;
  if (!out.wants_snapshot) {
    std::size_t bytes = 0;
    for (std::size_t i = static_cast<std::size_t>(request.from - oldest); i < kept_.size(); ++i) {
      bytes += kept_[i].size();
      if (!out.frames.empty() && bytes > most_bytes) break;
      out.frames.push_back(kept_[i]);
    }
  }
  out.frames.push_back(head());
  return out;
}

} // namespace remora::protocol
