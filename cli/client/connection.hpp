#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/client/hub_address.hpp"
#include "cli/client/target.hpp"

/// One request or one WebSocket over the network; knows nothing of what is said. All waits, none uses a
/// thread of its own.
namespace remora::client {

/// How a hub is reached.
struct reach {
  hub_address hub;
  /// PEM file with the authorities that may vouch for the hub's certificate; empty: those of the system.
  std::string authorities;
  std::chrono::milliseconds connect_time{5'000};
  std::chrono::milliseconds answer_time{30'000}; ///< For a whole answer.
  std::size_t answer_bytes = std::size_t{256} << 20;
  /// Ends a wait early when it becomes true; null: nothing does.
  const std::atomic<bool>* stop = nullptr;
};

struct request {
  std::string method = "GET";
  std::string target; ///< Path and query, as they go over the wire.
  fields headers;
  std::string body;
};

struct answer {
  unsigned status = 0;
  std::string content_type; ///< Without parameters, in lower case.
  std::string etag;
  std::string missing; ///< Of Remora-Missing: the nodes that have not answered.
  std::string body;
};

/// Sends one request over a connection of its own and takes the answer, whatever its status.
/// Errors: unreachable (no such host, nobody listens, time is up, a certificate that is not accepted,
/// stopped), with what to check; malformed_message when what comes back is no HTTP, io_failed when the answer
/// breaks off or is too large.
result<answer> exchange(const reach& how, const request& what);

/// As exchange(), for a body that is handed over as it comes. One with a status other than 2xx is in the
/// answer, and nothing is handed over. The time of `how` is that until the next part.
/// @param take False: no more is wanted, and the answer ends there.
/// Errors: as of exchange().
result<answer> download(const reach& how, const request& what,
                        const std::function<bool(std::string_view)>& take);

/// An open WebSocket, for reading.
class web_socket {
 public:
  /// Errors: as of exchange(). When the hub answers anything but 101, `refused_with` has it and the error is
  /// `refused`.
  static result<std::unique_ptr<web_socket>> open(const reach& how, const request& what,
                                                  std::optional<answer>& refused_with);
  virtual ~web_socket() = default;
  web_socket(const web_socket&) = delete;
  web_socket& operator=(const web_socket&) = delete;

  /// The next message; nothing when `timeout` passes before, or stop is set. A hub that is silent is asked
  /// for a sign of life, so that a dead connection is noticed within a minute.
  /// Errors: unreachable when the connection ended, with why.
  virtual result<std::optional<std::string>> next(std::chrono::milliseconds timeout) = 0;

 protected:
  web_socket() = default;
};

} // namespace remora::client
