#pragma once

#include "traffic/dissect/dissector.hpp"

namespace remora::traffic {

/// HTTP/1.0 and HTTP/1.1, and what is left of HTTP/0.9.
extern const stream_protocol http_stream_protocol;

} // namespace remora::traffic
