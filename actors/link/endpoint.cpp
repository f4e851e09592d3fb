#include "actors/link/endpoint.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

#include "config/address.hpp"

namespace remora::link {

result<zmq_endpoint> check_endpoint(std::string_view what, std::string_view text, bool encrypted,
                                    bool insecure) {
  const std::string place = std::string{what} + " at " + std::string{text};
  const auto parsed = config::parse_endpoint(text);
  if (!parsed) return fail(errc::invalid_config, place + ": " + parsed.error().message);
  zmq_endpoint made;
  made.is_v6 = parsed->is_v6;
  made.loopback = config::is_loopback(*parsed);
  if (!made.loopback && !encrypted && !insecure) {
    return fail(errc::invalid_config,
                place +
                    " would carry plain text between machines: configure CURVE keys (see "
                    "`remora keys new`), use a loopback address, or say `insecure: true`");
  }
  // A name would be looked up at every attempt, and libzmq cannot listen on one.
  made.host = parsed->host == "localhost" ? "127.0.0.1" : parsed->host;
  if (made.is_v6) made.host = '[' + made.host + ']';
  made.text = "tcp://" + made.host + ':' + (parsed->port == 0 ? "*" : std::to_string(parsed->port));
  return made;
}

std::string remote_address(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the form of the system call
  if (descriptor < 0 || ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return std::string{text.data()} + ':' + std::to_string(ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return '[' + std::string{text.data()} + "]:" + std::to_string(ntohs(v6.sin6_port));
  }
  return {};
}

void cut_connection(int descriptor, std::string_view address) {
  if (!address.empty() && remote_address(descriptor) == address) ::shutdown(descriptor, SHUT_RDWR);
}

} // namespace remora::link
