#pragma once

#include "protocol/messages.hpp"

namespace remora::actors {

/// Takes what scripts say with hub.action() on its way to the hub. Any thread; must not block.
class action_outlet {
 public:
  virtual ~action_outlet() = default;
  virtual void action(protocol::hub_action what) = 0;
};

} // namespace remora::actors
