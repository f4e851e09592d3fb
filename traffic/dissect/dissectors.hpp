#pragma once

#include <vector>

#include "traffic/dissect/dissector.hpp"

namespace remora::traffic {

/// Every protocol that is recognised, in the order in which they are tried.
const std::vector<stream_protocol>& stream_protocols();
const std::vector<datagram_protocol>& datagram_protocols();

} // namespace remora::traffic
