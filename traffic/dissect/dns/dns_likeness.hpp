#pragma once

#include "traffic/dissect/dissector.hpp"

namespace remora::traffic {

/// Whether these are DNS: port 53 on one side and the form of a message (items, section 8.5).
likeness datagram_like_dns(byte_view payload, const flow_info& flow, direction way);
likeness stream_like_dns(byte_view start, const flow_info& flow);

} // namespace remora::traffic
