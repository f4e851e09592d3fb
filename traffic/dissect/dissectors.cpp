#include "traffic/dissect/dissectors.hpp"

#include "traffic/dissect/http/http_dissector.hpp"

namespace remora::traffic {

const std::vector<stream_protocol>& stream_protocols() {
  static const std::vector<stream_protocol> all{http_stream_protocol};
  return all;
}

const std::vector<datagram_protocol>& datagram_protocols() {
  static const std::vector<datagram_protocol> all{};
  return all;
}

} // namespace remora::traffic
