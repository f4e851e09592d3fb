#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "http/connection_registry.hpp"
#include "http/gate.hpp"
#include "http/handler_pool.hpp"
#include "http/http_server.hpp"
#include "http/judge.hpp"
#include "http/live_counters.hpp"
#include "http/reach.hpp"

namespace remora::http {

/// What all connections of a server share. Outlives them: they are gone when `io` is.
struct server_core {
  server_core(server_options with, router served, const gate::rules& by)
      : options{std::move(with)},
        routes{std::move(served)},
        door{by},
        decide{routes, door, *count},
        pool{options.handler_threads, options.queued_calls},
        connections{options.connections},
        io{std::make_unique<boost::asio::io_context>(static_cast<int>(std::max(options.io_threads, 1U)))} {}

  const server_options options;
  const router routes;
  const std::shared_ptr<live_counters> count =
      options.count ? options.count : std::make_shared<live_counters>();
  gate door;
  const judge decide;
  handler_pool pool;
  connection_registry connections;
  const std::shared_ptr<reach> outside = std::make_shared<reach>();
  std::atomic<std::uint64_t> next_request{1};
  std::optional<boost::asio::ssl::context> tls;
  std::unique_ptr<boost::asio::io_context> io; ///< Last: connections refer to all of the above.

  /// How long a transfer may take: `write_time`, and a second more for each 32 KiB.
  std::chrono::milliseconds transfer_time(std::size_t bytes) const noexcept {
    constexpr std::size_t slowest_bytes_a_second = 32 * 1024;
    return options.write_time + std::chrono::seconds{bytes / slowest_bytes_a_second};
  }
};

/// Serves one accepted connection until it ends. Defined beside the parser (http_connection.cpp).
void serve_connection(server_core& core, boost::asio::ip::tcp::socket&& socket, connection_facts facts,
                      connection_registry::ticket place);

} // namespace remora::http
