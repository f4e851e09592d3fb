#pragma once

#include <string>
#include <string_view>

namespace remora::session {

/// Takes bytes to the hub, or loses them. Called on the thread of the session; must not block or call it.
class worker_transport {
 public:
  virtual ~worker_transport() = default;
  virtual void send(std::string_view bytes) = 0;
};

/// Takes bytes to one worker or to all, or loses them. Called on the thread of the sessions; must not block
/// or call them.
class hub_transport {
 public:
  virtual ~hub_transport() = default;
  virtual void send(const std::string& node, std::string_view bytes) = 0;
  virtual void publish(std::string_view bytes) = 0;
};

} // namespace remora::session
