#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "hub/service.hpp"

namespace remora::hub {

/// Who wants to hear of changes. Any thread.
class listeners {
 public:
  /// @returns what keeps the subscription; when it goes, `hear` is not running and is not called again. It
  /// must not go inside `hear`.
  std::shared_ptr<void> add(std::function<void(topic)> hear);
  void tell(topic what);

 private:
  struct one {
    std::mutex mutex;                ///< Held while `hear` runs.
    std::function<void(topic)> hear; ///< Empty once the subscription is gone.
  };
  std::mutex mutex_; ///< Guards the list.
  std::list<std::weak_ptr<one>> all_;
};

} // namespace remora::hub
