#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protocol/ip_address.hpp"

namespace remora::traffic {

/// A line of a file like /etc/hosts: an address and what it is called.
struct hosts_entry {
  ip_address ip;
  std::string name; ///< The first of its line, the canonical one.
};

/// Reads hosts(5): "ADDRESS NAME [ALIAS...]", "#" begins a comment. Lines that are not like that, names of
/// more than 255 bytes or with control characters, and what follows the first 200,000 entries are left out.
std::vector<hosts_entry> parse_hosts(std::string_view text);

/// The same from a file, of which at most 16 MiB are read. Errors: not_found, permission_denied, io_failed.
result<std::vector<hosts_entry>> read_hosts(const std::string& path);

/// "192.0.2.1", "2001:db8::1"; nothing when it is no address.
std::optional<ip_address> parse_ip_address(std::string_view text);

/// Whether this may be shown as a name: 1 to 255 bytes without control characters.
bool is_presentable_name(std::string_view name) noexcept;

} // namespace remora::traffic
