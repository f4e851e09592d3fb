#include "hub/listeners.hpp"

#include <utility>
#include <vector>

namespace remora::hub {

std::shared_ptr<void> listeners::add(std::function<void(topic)> hear) {
  auto made = std::make_shared<one>();
  made->hear = std::move(hear);
  {
    const std::lock_guard lock{mutex_};
    all_.push_back(made);
  }
  // Whoever holds the handle holds the listener; letting go waits for a call that is under way.
  return std::shared_ptr<void>{made.get(), [made](void*) {
                                 const std::lock_guard lock{made->mutex};
                                 made->hear = nullptr;
                               }};
}

void listeners::tell(topic what) {
  std::vector<std::shared_ptr<one>> now;
  {
    const std::lock_guard lock{mutex_};
    for (auto each = all_.begin(); each != all_.end();) {
      if (auto alive = each->lock()) {
        now.push_back(std::move(alive));
        ++each;
      } else {
        each = all_.erase(each);
      }
    }
  }
  for (const auto& each : now) {
    const std::lock_guard lock{each->mutex};
    if (each->hear) each->hear(what);
  }
}

} // namespace remora::hub
