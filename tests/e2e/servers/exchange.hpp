#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace remora::test {

/// A request and its answer, as a server's log and an item both know it.
struct exchange {
  std::string port; ///< The client's: names the connection.
  std::string method;
  std::string uri;     ///< As sent.
  std::string version; ///< "HTTP/1.1"
  std::string status;
  std::string agent;              ///< "-" when the client does not name itself.
  std::int64_t request_bytes = 0; ///< Everything that was sent, framing included; interim responses are not.
  std::int64_t response_bytes = 0;
};

/// How exact a comparison is: of messages that are out of the ordinary, servers log neither who sent them nor
/// the bytes that everybody would count.
enum class compared { all, essentials };

/// What an item says; a failure when the item is not one of HTTP with both halves and without an error.
exchange exchange_of(const nlohmann::json& item);
std::vector<exchange> exchanges_of(const std::vector<nlohmann::json>& items);

/// Each connection with everything that went over it, in order, as a text; the connections sorted.
std::vector<std::string> by_connection(const std::vector<exchange>& all, compared how);

/// Each request with its answer as a text, sorted: what is left when order and connection do not matter.
std::vector<std::string> as_set(const std::vector<exchange>& all);

/// What only one of two sorted lists has, the first few of it; empty when they are equal.
std::string difference(const std::vector<std::string>& ours, const std::vector<std::string>& theirs);

} // namespace remora::test
