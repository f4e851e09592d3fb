#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/live_counters.hpp"
#include "http/websocket.hpp"

namespace remora::http {

/// What waits to be sent to one client: the handles push, the connection takes. Any thread may call it.
class websocket::channel {
 public:
  /// @param wake called, without a lock held, when there is something to take again after take() found
  /// nothing.
  ///             Must not block.
  channel(queue_limits limits, std::shared_ptr<live_counters> count, std::function<void()> wake);

  bool push(std::shared_ptr<const std::string> text);
  void close(close_code code, std::string_view reason);

  bool is_open() const;
  std::uint64_t dropped() const;
  std::size_t queued_bytes() const;

  /// What the connection does next: sends a text, or closes (text is null).
  struct step {
    std::shared_ptr<const std::string> text;
    close_code code = close_code::normal;
    std::string reason;
  };
  /// Nothing: there is nothing to do until `wake` is called.
  std::optional<step> take();
  /// The connection has ended: forgets what waits, and takes nothing more.
  void end();

 private:
  void enqueue(std::shared_ptr<const std::string> text);
  std::shared_ptr<const std::string> text_about_dropped();
  bool must_wake(); ///< And remembers that it was done.

  const queue_limits limits_;
  const std::shared_ptr<live_counters> count_;
  const std::function<void()> wake_;

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t untold_ = 0; ///< Of dropped_, what the client has not been told.
  std::optional<step> closing_;
  bool idle_ = true; ///< take() found nothing.
  bool ended_ = false;
};

} // namespace remora::http
