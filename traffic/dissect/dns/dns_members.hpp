#pragma once

#include "protocol/item/shape.hpp"

namespace remora::traffic {

/// What a dns_part shows of itself. Source: items, section 8.5.
extern const shape dns_request_shape;
extern const shape dns_response_shape;

} // namespace remora::traffic
