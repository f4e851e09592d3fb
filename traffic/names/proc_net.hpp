#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/ip_address.hpp"

namespace remora::traffic {

/// One socket of /proc/net/tcp, tcp6, udp or udp6.
struct proc_socket {
  ip_endpoint local;
  std::uint64_t inode = 0; ///< 0: it belongs to nobody any more.
};

/// Reads a line of such a table; nothing for its heading and for what is no such line. Source: proc(5): the
/// second word is ADDRESS:PORT in hexadecimal, an address in words of 32 bits in the order of the machine;
/// the tenth is the inode.
std::optional<proc_socket> parse_proc_socket(std::string_view line) noexcept;

/// The inode in "socket:[4711]", what a descriptor of a socket links to; 0 when it is something else.
std::uint64_t parse_socket_link(std::string_view link) noexcept;

/// All of a file of /proc, at most 32 MiB; "" when it cannot be read.
std::string read_proc_file(const std::string& path);

} // namespace remora::traffic
