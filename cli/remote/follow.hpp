#pragma once

#include <functional>
#include <string>

#include "cli/client/hub_client.hpp"
#include "cli/context.hpp"

namespace remora::cli {

/// Follows a WebSocket of a hub across lost connections, until it is stopped.
///
/// Each message is a JSON object with an `id` that rises. A connection begins behind the last id that was
/// seen, so that no message is lost and none comes twice, whatever happens to the network in between.
class follower {
 public:
  /// @param what The WebSocket. A call with after=ID is made of it.
  /// @param after The id behind which to begin.
  /// @param take Takes one message; false ends.
  follower(const context& where, const client::hub_client& hub, client::call what, std::string after,
           std::function<bool(const client::json&)> take);

  /// Until stopped, or until `take` has enough. The first connection must come about; later ones are tried
  /// for ever, with a notice. @returns how it ended.
  outcome run();

 private:
  /// Reads one connection to its end. Errors: unreachable, refused, ...
  result<void> read_once();
  /// Takes a message. Errors: io_failed when it is the hub's reason to end.
  result<void> handle(const std::string& message);
  bool stopped() const { return *where_.stop; }
  void pause() const;

  const context& where_;
  const client::hub_client& hub_;
  client::call what_;
  std::string after_;
  std::function<bool(const client::json&)> take_;
  bool connected_before_ = false;
  bool away_ = false; ///< The notice was given.
  bool enough_ = false;
};

/// The `id` of a message as text; empty when it has none.
std::string id_of(const client::json& message);

} // namespace remora::cli
