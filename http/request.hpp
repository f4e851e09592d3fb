#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"

namespace remora::http {

/// The methods a route may have. HEAD is answered by the GET route and OPTIONS by the router: no route
/// declares them.
enum class method : std::uint8_t { get, head, post, put, patch, remove, options };

/// "GET", "DELETE" (for method::remove), ...
std::string_view to_string(method verb) noexcept;
/// The method of that name (RFC 9110 9.1: names are case-sensitive), or nothing for one that is not served.
std::optional<method> parse_method(std::string_view name) noexcept;
/// True for a method that may change something: POST, PUT, PATCH, DELETE.
bool is_mutating(method verb) noexcept;

/// Names with values, in the order they came. A name may come more than once.
using fields = std::vector<std::pair<std::string, std::string>>;

/// Who asks.
struct identity {
  std::string name; ///< The token's name; "local" without tokens; else empty.
  config::role grants = config::role::viewer;
  bool known = false; ///< False on routes that need no role: nobody looked.
};

/// A request that has passed every check of its route: host, origin, role, content type and size.
struct request {
  method verb = method::get; ///< method::head where the client wants no body; a handler may treat it as GET.
  std::string path;  ///< As it came, without the query: "/api/v1/scripts/a%20b". For `instance` and logs.
  fields parameters; ///< Of the path, decoded: {"title", "a b"}. Well-formed UTF-8, no control characters.
  fields query;      ///< Of the query, decoded: UTF-8 without NUL. Not for the log: may hold secrets.
  fields headers;    ///< As they came, without `Authorization` and its kin: handlers never see a token.
  std::string body;  ///< Raw bytes; empty when there is none.
  identity who;
  std::string peer;     ///< The address of the other end, without its port: "127.0.0.1", "2001:db8::1".
  std::uint64_t id = 0; ///< Grows with every request of this server.

  /// A parameter of the path. Empty when the route declares none of that name.
  std::string_view parameter(std::string_view name) const noexcept;
  /// The first query parameter of that name, or nothing.
  std::optional<std::string_view> query_value(std::string_view name) const noexcept;
  /// The first header of that name, in whatever case, or nothing.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

} // namespace remora::http
