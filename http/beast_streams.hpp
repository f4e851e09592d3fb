#pragma once

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <type_traits>
#include <utility>

#include "http/server_core.hpp"

// The names of Boost that connections use. Heavy: included by http_connection.cpp and
// websocket_connection.cpp alone.
namespace remora::http {

namespace net = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

using plain_stream = beast::tcp_stream;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;

template <class Stream>
constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;

/// Posts `what(connection)` to a connection, unless it or the server is gone. Any thread.
template <class Connection, class Call>
void post_to(reach& through, const std::weak_ptr<Connection>& to, Call what) {
  through.run([&] {
    if (auto self = to.lock()) {
      auto executor = self->executor();
      net::post(executor, [self = std::move(self), what = std::move(what)]() mutable { what(*self); });
    }
  });
}

/// Takes over a connection whose request was found to be a WebSocket's. Defined in websocket_connection.cpp.
template <class Stream>
void serve_websocket(server_core& core, Stream&& stream, connection_registry::ticket place,
                     const beast::http::request<beast::http::string_body>& upgrade, judge::passed admitted);

} // namespace remora::http
