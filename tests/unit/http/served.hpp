#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "client.hpp"
#include "http/http_server.hpp"

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

/// Waits until it holds, for ten seconds at most: a client may see a connection end before the server has
/// counted it.
template <class Holds>
bool eventually(const Holds& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

/// A router with one route.
inline router only(route one) {
  router out;
  out.add(std::move(one));
  return out;
}

} // namespace remora::http::test
