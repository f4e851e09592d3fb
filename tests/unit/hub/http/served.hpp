#pragma once

#include <memory>
#include <stdexcept>
#include <utility>

#include "client.hpp"
#include "hub/api/http/http_server.hpp"

namespace remora::http::test {

inline server_options on_a_free_port() {
  server_options out;
  out.listen = "127.0.0.1:0";
  return out;
}

/// A server for one test.
class served {
 public:
  explicit served(router routes, server_options options = on_a_free_port()) {
    auto started = http_server::start(std::move(options), std::move(routes));
    if (!started) throw std::runtime_error{started.error().message};
    server_ = std::move(*started);
  }
  http_server* operator->() const noexcept { return server_.get(); }
  client connect() const { return client{server_->port()}; }
  /// One request on a connection of its own.
  answer ask(std::string_view bytes) const { return connect().ask(bytes); }

 private:
  std::unique_ptr<http_server> server_;
};

/// A router with one route.
inline router only(route one) {
  router out;
  out.add(std::move(one));
  return out;
}

} // namespace remora::http::test
