#pragma once

#include <mutex>

namespace remora::http {

/// What threads that do not belong to the server go through to reach one of its connections: once closed,
/// nothing of the server is touched any more, however long the application keeps a responder or a WebSocket's
/// handle.
class reach {
 public:
  /// Calls `what` unless closed. It must be short: it only posts.
  template <class Call>
  void run(const Call& what) {
    const std::lock_guard lock{mutex_};
    if (open_) what();
  }
  /// When it returns, no call is running, and none will.
  void close() {
    const std::lock_guard lock{mutex_};
    open_ = false;
  }

 private:
  std::mutex mutex_;
  bool open_ = true;
};

} // namespace remora::http
