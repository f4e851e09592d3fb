#include "traffic/dissect/dissectors.hpp"

#include "traffic/dissect/dns/dns_dissector.hpp"
#include "traffic/dissect/http/http_dissector.hpp"

namespace remora::traffic {

const std::vector<stream_protocol>& stream_protocols() {
  static const std::vector<stream_protocol> all{
      http_stream_protocol,
      dns_stream,
  };
  return all;
}

const std::vector<datagram_protocol>& datagram_protocols() {
  static const std::vector<datagram_protocol> all{
      dns_datagrams,
  };
  return all;
}

} // namespace remora::traffic
