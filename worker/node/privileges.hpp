#pragma once

#include "base/error.hpp"

namespace remora::worker {

// What the worker may do beyond an ordinary user: open packet sockets (CAP_NET_RAW), and only in the moment
// when it does. Capabilities belong to threads; a new thread has those of the one that made it. So these are
// called on the main thread before there are others. Source: capabilities(7).

/// Gives up every capability but CAP_NET_RAW, which stays possible and is not in effect, and the right to
/// gain any by starting a program. Nothing is lost when there were none. Errors: permission_denied.
result<void> keep_only_raw_sockets();

/// Gives up CAP_NET_RAW too, in this thread and those that it makes. Errors: permission_denied.
result<void> give_up_raw_sockets();

/// CAP_NET_RAW is in effect in this thread as long as this object lives; if it is possible at all: whether it
/// was enough, whoever opens a socket finds out.
class raw_sockets_allowed {
 public:
  raw_sockets_allowed();
  ~raw_sockets_allowed();
  raw_sockets_allowed(const raw_sockets_allowed&) = delete;
  raw_sockets_allowed& operator=(const raw_sockets_allowed&) = delete;
};

} // namespace remora::worker
