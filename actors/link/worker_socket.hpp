#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "actors/link/counters.hpp"
#include "actors/link/options.hpp"
#include "base/error.hpp"

namespace remora::link {

/// Who hears what happens at a worker. As hub_handler: one thread, one call at a time, return soon,
/// exceptions end here.
class worker_handler {
 public:
  worker_handler() = default;
  worker_handler(const worker_handler&) = delete;
  worker_handler& operator=(const worker_handler&) = delete;
  virtual ~worker_handler() = default;

  /// The hub answered on a fresh connection: messages go both ways from here.
  virtual void connected() = 0;
  /// After connected(): what is published from here on arrives. The moment to ask what was published before.
  virtual void subscribed() = 0;
  /// A message of the hub, in the order it was sent. `bytes` is valid during the call.
  virtual void message(std::string_view bytes) = 0;
  /// A publication, in the order it was published; some may be missing. `bytes` is valid during the call.
  virtual void published(std::string_view bytes) = 0;
  /// After connected(): the hub is away. The socket looks for it by itself and for ever.
  virtual void lost(const std::string& why) = 0;
  /// An attempt ended without connected(); the next follows by itself. Nobody listening is not an attempt.
  virtual void attempt_failed(const std::string& why) = 0;
};

class worker_core;

/// A worker's end of the link: opaque bytes to and from one hub, and its publications. One thread of its own
/// has the sockets. Every function may be called from any thread.
class worker_socket {
 public:
  /// Starts looking for the hub; that nobody listens there is no error. The handler must outlive the socket,
  /// and if the socket is destroyed inside a handler's call, that call. Errors: invalid_config (an address or
  /// key is malformed, or plain text would leave the machine), io_failed.
  static result<std::unique_ptr<worker_socket>> open(worker_options options, worker_handler& handler);

  worker_socket(const worker_socket&) = delete;
  worker_socket& operator=(const worker_socket&) = delete;
  ~worker_socket(); ///< stop().

  /// Hands over a message. True: it goes out if the hub is connected and takes it; otherwise it is dropped
  /// and counted, like one that is answered with false here. What must arrive is resent by the layer above.
  bool send(std::string_view bytes);
  /// True between connected() and lost().
  bool connected() const noexcept;
  link_statistics statistics() const;

  /// As hub_socket::stop().
  void stop();

 private:
  explicit worker_socket(std::shared_ptr<worker_core> core);

  std::shared_ptr<worker_core> core_;
  std::mutex stopping_;
  std::thread thread_;
};

} // namespace remora::link
