#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "actors/scripts/script_actor.hpp"

namespace remora::worker {

/// Who sees items on their way out of the node.
struct screening_list {
  std::vector<actors::script_actor> scripts; ///< Those that have onItemQueried, in their order.
  bool fail_closed = false;                  ///< An item that one of them fails on is withheld.
  bool incomplete = false; ///< A script that may have it is being loaded for the first time.
};

/// The same while scripts come and go: the deployer says it, any thread reads.
class screening_scripts {
 public:
  void show(screening_list now) {
    const std::lock_guard lock{mutex_};
    std::swap(list_, now); // what it was goes after the lock
  }
  screening_list read() const {
    const std::lock_guard lock{mutex_};
    return list_;
  }

 private:
  mutable std::mutex mutex_;
  screening_list list_;
};

} // namespace remora::worker
