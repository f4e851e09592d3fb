#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "hub/api/routes/live_feeds.hpp"

namespace remora::hub {

/// As much as may wait for a client; beyond, it is given nothing more until it has read. Far below the limit
/// of a WebSocket's queue (feed_queue()), so that nothing is ever dropped there.
inline constexpr std::size_t feed_room_bytes = std::size_t{512} << 10;
inline constexpr std::size_t feed_batch = 64; ///< Records read at once.

/// The limits of the queue behind a stream that a store_feed fills.
inline http::queue_limits feed_queue() {
  http::queue_limits limits;
  limits.messages = feed_room_bytes;     // bytes decide
  limits.bytes = std::size_t{256} << 20; // beyond what room and one record come to
  return limits;
}

inline const std::vector<stored_line>& records_of(const followed_lines& part) { return part.lines; }
inline const std::vector<stored_run>& records_of(const followed_runs& part) { return part.runs; }

/// Records of the store, whose ids rise, as messages. @tparam Part followed_lines or followed_runs.
template <class Part>
class store_feed : public feed {
 public:
  using record = typename std::decay_t<decltype(records_of(std::declval<const Part&>()))>::value_type;

  struct source {
    /// Records after one, and where to go on.
    std::function<result<Part>(std::int64_t after, std::size_t limit)> read;
    std::function<result<std::string>(const record&)> message;
    /// The id of the newest record of the store.
    std::function<result<std::int64_t>()> newest;
  };

  store_feed(source from, std::int64_t after) : from_{std::move(from)}, after_{after} {}

  result<behind> pull(const http::websocket& client) override {
    if (client.queued_bytes() >= feed_room_bytes) return behind::full;
    auto part = from_.read(after_, feed_batch);
    if (!part) return pass_on(std::move(part));
    for (const record& one : records_of(*part)) {
      if (client.queued_bytes() >= feed_room_bytes) return behind::full;
      auto message = from_.message(one);
      if (!message) return pass_on(std::move(message));
      if (!client.send(std::move(*message))) return client.is_open() ? behind::full : behind::nothing;
      after_ = one.id;
    }
    if (records_of(*part).empty() && part->last <= after_) return begin_anew_if_needed();
    after_ = part->last;
    return part->more ? behind::more : behind::nothing;
  }

 private:
  /// A store whose file was lost, or an old copy of which was put back, counts anew.
  result<behind> begin_anew_if_needed() {
    auto newest = from_.newest();
    if (!newest) return pass_on(std::move(newest));
    if (*newest >= after_) return behind::nothing;
    after_ = 0;
    return *newest > 0 ? behind::more : behind::nothing;
  }

  source from_;
  std::int64_t after_; ///< The last record that the client was given, or that was found not to be for it.
};

/// Where a client that says it has all up to `after` goes on; from the beginning when the store has begun
/// anew.
inline std::int64_t resume_at(std::int64_t after, std::int64_t newest) { return after > newest ? 0 : after; }

} // namespace remora::hub
