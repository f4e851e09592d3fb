#pragma once

// For the .cpp files of this folder alone: includes Boost.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "cli/client/connection.hpp"

namespace remora::client {

using failure_code = boost::system::error_code;
using plain_stream = boost::beast::tcp_stream;
using tls_stream = boost::beast::ssl_stream<plain_stream>;

/// Runs asynchronous operations to their end one after the other, so that each can time out or be stopped.
class waiting {
 public:
  explicit waiting(const std::atomic<bool>* stop) : stop_{stop} {}

  boost::asio::io_context& context() noexcept { return context_; }
  bool stopped() const noexcept { return stop_ != nullptr && *stop_; }

  /// Begins an operation with `start(handler)` and waits until it has ended; after a stop `cancel()` is
  /// called once, which must end it.
  template <class Start, class Cancel>
  failure_code until_done(const Start& start, const Cancel& cancel) {
    std::optional<failure_code> done;
    start([&done](failure_code code, const auto&...) { done = code; });
    bool cancelled = false;
    context_.restart();
    while (!done) {
      context_.run_one_for(look_at_stop);
      if (done || cancelled || !stopped()) continue;
      cancel();
      cancelled = true;
    }
    return *done;
  }

  /// The same for one that goes on when the time is up. @returns false then.
  template <class Done>
  bool until(const Done& done, std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    context_.restart();
    while (!done() && !stopped()) {
      const auto left = end - std::chrono::steady_clock::now();
      if (left <= left.zero()) return false;
      context_.run_one_for(std::min<std::chrono::steady_clock::duration>(left, look_at_stop));
    }
    return done();
  }

 private:
  static constexpr std::chrono::milliseconds look_at_stop{100};
  const std::atomic<bool>* stop_;
  boost::asio::io_context context_;
};

/// The TCP stream below.
inline plain_stream& bottom(plain_stream& stream) { return stream; }
inline plain_stream& bottom(tls_stream& stream) { return stream.next_layer(); }

/// Resolves and connects. Errors: unreachable.
result<void> connect(waiting& wait, plain_stream& stream, const reach& how);
/// The same with TLS on top: the certificate must be the host's and good.
result<void> connect(waiting& wait, tls_stream& stream, const reach& how);

/// What verifies certificates. Errors: invalid_usage when the file of authorities cannot be used.
result<void> prepare(boost::asio::ssl::context& tls, const reach& how);

/// "the hub at http://127.0.0.1:8899 WHAT: WHY; ADVICE"
tl::unexpected<error> unreachable(const reach& how, const std::string& what, const std::string& advice = {});
/// For an operation that failed once connected; `what` is what was being done: "takes no request".
tl::unexpected<error> broken(const waiting& wait, const reach& how, const std::string& what,
                             failure_code code);

} // namespace remora::client
