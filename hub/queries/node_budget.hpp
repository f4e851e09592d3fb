#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>

#include "protocol/channel/channel_settings.hpp"

namespace remora::hub {

/// How much each node may be asked for: far less than the rate at which the link takes a node for one that
/// floods it. What is asked for is taken off when it comes, so that a node may owe a little.
class node_budget {
 public:
  static constexpr double bytes_per_second = 12.0 * 1024 * 1024;
  static constexpr double burst = 12.0 * 1024 * 1024;

  bool is_open(const std::string& node, protocol::moment now) { return fill(node, now).bytes > 0; }
  void spend(const std::string& node, std::size_t bytes, protocol::moment now) {
    fill(node, now).bytes -= static_cast<double>(bytes);
  }
  void forget(const std::string& node) { nodes_.erase(node); }

 private:
  struct bucket {
    double bytes = burst;
    protocol::moment at{};
  };
  bucket& fill(const std::string& node, protocol::moment now) {
    auto& one = nodes_.try_emplace(node, bucket{burst, now}).first->second;
    const double seconds = std::chrono::duration<double>(now - one.at).count();
    one.bytes = std::min(burst, one.bytes + seconds * bytes_per_second);
    one.at = now;
    return one;
  }

  std::unordered_map<std::string, bucket> nodes_;
};

} // namespace remora::hub
