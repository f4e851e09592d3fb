#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remora::traffic {

/// Words for the numbers of messages. Source: items, section 8.5, and the registry at
/// https://www.iana.org/assignments/dns-parameters for types and options the contract does not list.

/// "A", "DNSKEY", "ANY"; a number nobody registered is "QUERY-65534".
std::string dns_type_name(std::uint16_t type);
/// "IN", "CS", "CH", "HS", "Any", else "Unknown".
std::string_view dns_class_name(std::uint16_t klass) noexcept;
/// "Query", "Inverse Query", "Status", "Notify", "Update", else "Unknown".
std::string_view dns_opcode_name(unsigned opcode) noexcept;
/// "No Error", "Server Failure " (the space is part of the contract), ..., else "Unknown".
std::string_view dns_rcode_name(unsigned rcode) noexcept;
/// Of an EDNS option: "COOKIE"; a number nobody registered is "option-65001".
std::string dns_option_name(std::uint16_t option);

} // namespace remora::traffic
