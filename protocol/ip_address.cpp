#include "protocol/ip_address.hpp"

#include <arpa/inet.h>

namespace remora {

std::string to_string(const ip_address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.is_v4()) {
    ::inet_ntop(AF_INET, address.bytes.data() + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  }
  return text;
}

} // namespace remora
