#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/scripts/published_deployment.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// Hands the newest deployment to the nodes that fetch it: the code that each one lacks, then the manifest,
/// as fast as the channel to that node takes it. Not thread-safe: the hub's core owns it.
class deployment_server {
 public:
  /// @param send Sends a numbered message to a node; window_full when it is to be tried again after
  /// has_room().
  explicit deployment_server(std::function<result<void>(const std::string&, const protocol::message&)> send)
      : send_{std::move(send)} {}

  /// From now on this is the newest. What is on its way to a node goes on: the node then fetches again.
  void publish(published_ptr newest) { newest_ = std::move(newest); }
  const published_deployment* newest() const noexcept { return newest_.get(); }

  /// A node asks. Asking again while the same deployment is on its way to it changes nothing.
  void fetch(const std::string& node, const std::vector<script_hash>& have);
  void has_room(const std::string& node) { go_on(node); }
  /// The node went away, or began anew: it will ask again.
  void forget(const std::string& node) { under_way_.erase(node); }

 private:
  struct delivery {
    published_ptr what;
    std::deque<script_hash> missing;
  };
  void go_on(const std::string& node);

  std::function<result<void>(const std::string&, const protocol::message&)> send_;
  published_ptr newest_; ///< Null before the first.
  std::map<std::string, delivery> under_way_;
};

} // namespace remora::hub
