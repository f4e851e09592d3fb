#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/settings.hpp"
#include "http/counters.hpp"
#include "http/live_counters.hpp"
#include "http/router.hpp"

namespace remora::http {

/// How a server listens, whom it serves, and what it bears.
struct server_options {
  /// The section of the configuration that these stand in, for messages: it has `listen`, `names`.
  std::string section = "hub.http";
  std::string listen = "127.0.0.1:8899"; ///< "host:port", "[::1]:port"; port 0: one that is free.
  std::string certificate;               ///< PEM file with the chain; empty: no TLS.
  std::string key;                       ///< PEM file.
  /// Who may do what. Empty: only peers on loopback are served, as admin, and `listen` must be loopback.
  std::vector<config::api_token> tokens;
  /// Without tokens: every peer is served, as admin, and `listen` may be anything.
  bool insecure = false;
  /// Names that may stand in `Host`, besides localhost, the listen address, and the address a client
  /// connected to.
  std::vector<std::string> names;
  /// Further origins ("https://dashboard.example") that may change things and open WebSockets; an origin that
  /// equals the request's own host always may.
  std::vector<std::string> origins;

  /// Where the server counts what it does. Null: for itself.
  std::shared_ptr<live_counters> count;

  unsigned io_threads = 1;        ///< That serve connections.
  unsigned handler_threads = 4;   ///< That run handlers.
  std::size_t queued_calls = 256; ///< Of handlers; beyond, requests are answered 503 with Retry-After.
  std::size_t connections = 1024; ///< Beyond, the connection that has been idle longest gives way.
  std::size_t header_bytes = 8 * 1024;
  std::chrono::milliseconds header_time{
      10'000}; ///< From the first byte of a request to the end of its headers.
  std::chrono::milliseconds idle_time{60'000};  ///< Between requests of one connection.
  std::chrono::milliseconds write_time{10'000}; ///< For an answer, and a second more for each 32 KiB of it;
                                                ///< and likewise for reading a body.
  std::chrono::milliseconds ping_every{30'000}; ///< WebSockets: a client that is silent this long is pinged,
                                                ///< and closed when it stays silent as long again.
  std::chrono::milliseconds stop_time{1'000};   ///< What requests under way get when the server stops.
};

/// An HTTP/1.1 and WebSocket server. Its own threads serve connections and run handlers;
/// the caller's threads are never used. Every method may be called from any thread but the server's own.
class http_server {
 public:
  /// Listens and serves. When it returns, clients can connect.
  /// Errors: invalid_config (the address does not parse or is not this machine's, is open to others without
  /// tokens, the certificate or key cannot be used), permission_denied, io_failed (the port is taken).
  static result<std::unique_ptr<http_server>> start(server_options options, router routes);

  virtual ~http_server() = default; ///< Stops.
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// The port that clients connect to, also when 0 was asked for.
  virtual std::uint16_t port() const noexcept = 0;
  /// "http://127.0.0.1:8899", for people and for clients on this machine.
  virtual std::string url() const = 0;
  /// What has been counted so far. Sums agree once the server has stopped; before, they may be a moment
  /// apart.
  virtual http_counters counters() const = 0;
  /// The routes that are served.
  virtual const router& routes() const noexcept = 0;
  /// Closes the listener, lets requests under way end for `stop_time`, closes WebSockets with 1001, cuts the
  /// rest: within two seconds no connection is left. Returns when handlers that still run have returned too,
  /// because what they refer to is the caller's. May be called again.
  virtual void stop() = 0;

 protected:
  http_server() = default;
};

} // namespace remora::http
