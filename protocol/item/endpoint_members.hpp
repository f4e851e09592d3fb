#pragma once

#include "protocol/item/shape.hpp"

namespace remora {

/// The members of `src` and `dst`, which an item_endpoint writes (items, section 2). Without Kubernetes, what
/// belongs to it is null or empty.
extern const shape endpoint_shape;

} // namespace remora
