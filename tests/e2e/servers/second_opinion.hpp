#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace remora::test {

/// What tshark makes of a capture file, a text a message, sorted; without probes. Messages of HTTP are
///   "40000 GET /a HTTP/1.1 host agent content-length" and "40000 HTTP/1.1 200 content-length for /a",
/// with the client's port first and "-" for what a message does not have; interim answers are left out.
std::vector<std::string> http_by_tshark(const std::string& file, int server_port);
/// The same of items.
std::vector<std::string> http_of(const std::vector<nlohmann::json>& items);

/// Likewise each answer of DNS, as answer_in() has it, in one text.
std::vector<std::string> dns_by_tshark(const std::string& file);
std::vector<std::string> dns_of(const std::vector<nlohmann::json>& items);

} // namespace remora::test
