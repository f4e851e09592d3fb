#pragma once

#include "traffic/dissect/dissector.hpp"

namespace remora::traffic {

/// DNS over UDP and over TCP (RFC 1035, section 4.2). One protocol, told apart by `layer4`.
extern const protocol_facts dns_facts;
extern const protocol_facts dns_over_tcp_facts;

/// Recognised when one side has port 53 and what it says has the form of a message (items, section 8.5).
extern const datagram_protocol dns_datagrams;
extern const stream_protocol dns_stream;

} // namespace remora::traffic
