#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "http/lockout.hpp"
#include "http/request.hpp"

namespace remora::http {

/// Decides who is let in: by token, by address, by the name a client used for this server, and by the page
/// that made a browser ask. Knows no socket and reads no clock; any thread may call it.
class gate {
 public:
  struct rules {
    std::vector<config::api_token> tokens;
    bool insecure = false;            ///< Without tokens: not only for loopback.
    std::vector<std::string> names;   ///< For `Host`, without ports.
    std::vector<std::string> origins; ///< "https://dashboard.example"
    std::string section = "hub.http"; ///< Of the configuration, for what clients are told to change.
  };
  explicit gate(const rules& by);

  /// True when a `Host` (with or without port) is this server: localhost, an address of loopback, the address
  /// that the client connected to, or a configured name. A page on another name that resolves to this machine
  /// (DNS rebinding) sends that other name.
  bool allows_host(std::string_view host, std::string_view local_address) const;

  /// True when the page that made the browser ask is this server's own (same host and port) or configured.
  /// @param host the value of `Host`. @param secure whether the client came over TLS.
  bool allows_origin(std::string_view origin, std::string_view host, bool secure) const;

  /// The section of the configuration that says all this.
  const std::string& section() const noexcept { return section_; }

  struct verdict {
    enum class kind : std::uint8_t {
      admitted,
      no_token,    ///< 401
      wrong_token, ///< 401, and counted
      locked_out,  ///< 429
      not_local,   ///< 403: no tokens are configured, and the peer is not on loopback
    } is = kind::no_token;
    identity who;
    std::chrono::seconds retry_after{0};
  };
  /// Looks at what a client presented. Every configured token is compared, as hashes, in constant time.
  /// @param token empty: none was presented.
  verdict admit(std::string_view token, const std::string& peer, bool peer_is_loopback, steady_time now);

 private:
  using digest = std::array<unsigned char, 32>; // SHA-256
  struct known_token {
    digest hash; ///< The token itself is not kept.
    identity who;
  };
  static digest hash_of(std::string_view token);

  std::vector<known_token> tokens_;
  bool insecure_;
  std::vector<std::string> names_;
  std::vector<std::string> origins_;
  std::string section_;
  lockout lockout_;
};

/// The token in a request's headers: of `Authorization: Bearer`, of `X-Kubeshark-Authorization` (bare, or
/// with "Bearer "), or of a WebSocket's subprotocol "remora.bearer.<base64url>", which is all that a
/// browser's WebSocket can set. Empty when there is none. Two that differ, or another scheme: `malformed`,
/// which no token equals.
struct presented_token {
  std::string token;
  bool malformed = false;
  bool offers_protocol =
      false; ///< The subprotocol "remora" is offered: a browser wants to hear that it was chosen.
};
presented_token find_token(const fields& headers);

/// True for a header that holds a token: kept from handlers.
bool is_secret_header(std::string_view name) noexcept;

} // namespace remora::http
