#include "traffic/dissect/dissectors.hpp"

namespace remora::traffic {

const std::vector<stream_protocol>& stream_protocols() {
  static const std::vector<stream_protocol> all{};
  return all;
}

const std::vector<datagram_protocol>& datagram_protocols() {
  static const std::vector<datagram_protocol> all{};
  return all;
}

} // namespace remora::traffic
