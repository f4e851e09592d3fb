#include "http/http_server.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "config/address.hpp"
#include "http/server_core.hpp"
#include "http/tls.hpp"

namespace remora::http {

namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

/// An address as everything here spells it: IPv4 that came over an IPv6 socket is IPv4.
net::ip::address plain(const net::ip::address& from) {
  if (from.is_v6() && from.to_v6().is_v4_mapped())
    return net::ip::make_address_v4(net::ip::v4_mapped, from.to_v6());
  return from;
}

result<tcp::endpoint> resolve(net::io_context& io, const config::endpoint& where,
                              const std::string& setting) {
  error_code failed;
  tcp::resolver resolver{io};
  const auto found = resolver.resolve(where.host, std::to_string(where.port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, failed);
  if (failed || found.empty())
    return fail(errc::invalid_config,
                setting + ": " + quoted(where.host) + " is no address of this machine: " + failed.message());
  return found.begin()->endpoint();
}

errc code_of(const error_code& failed) {
  if (failed == net::error::access_denied) return errc::permission_denied;
  if (failed == boost::system::errc::address_not_available) return errc::invalid_config;
  return errc::io_failed;
}

std::string what_to_do(const error_code& failed, const std::string& setting) {
  if (failed == net::error::address_in_use)
    return "; end the program that listens there, or set " + setting + " to another port";
  return "; see " + setting;
}

class asio_server final : public http_server {
 public:
  asio_server(server_options options, router routes, const gate::rules& by)
      : core_{std::move(options), std::move(routes), by},
        strand_{net::make_strand(*core_.io)},
        acceptor_{std::in_place, strand_},
        pause_{std::in_place, strand_} {}
  ~asio_server() override { stop(); }

  result<void> listen(const config::endpoint& where) {
    const std::string setting = core_.options.section + ".listen";
    const auto at = resolve(*core_.io, where, setting);
    if (!at) return tl::unexpected<error>{at.error()};
    const auto refuse = [&](const error_code& failed) {
      return fail(code_of(failed), "cannot listen on " + core_.options.listen + ": " + failed.message() +
                                       what_to_do(failed, setting));
    };
    error_code failed;
    acceptor_->open(at->protocol(), failed);
    if (failed) return refuse(failed);
    acceptor_->set_option(net::socket_base::reuse_address{true}, failed);
    acceptor_->bind(*at, failed);
    if (failed) return refuse(failed);
    acceptor_->listen(net::socket_base::max_listen_connections, failed);
    if (failed) return refuse(failed);
    const auto real = acceptor_->local_endpoint();
    port_ = real.port();
    auto host = real.address();
    if (host.is_unspecified())
      host = host.is_v6() ? net::ip::address{net::ip::address_v6::loopback()}
                          : net::ip::address{net::ip::address_v4::loopback()};
    const std::string text = host.is_v6() ? "[" + host.to_string() + "]" : host.to_string();
    url_ = (core_.tls ? "https://" : "http://") + text + ":" + std::to_string(port_);
    return {};
  }

  result<void> use_tls() {
    const auto& options = core_.options;
    if (options.certificate.empty() && options.key.empty()) return {};
    auto made = make_tls(options.certificate, options.key);
    if (!made) return pass_on(std::move(made));
    core_.tls.emplace(std::move(*made));
    return {};
  }

  void run() {
    net::post(strand_, [this] { accept(); });
    for (unsigned i = 0; i < std::max(core_.options.io_threads, 1U); ++i) {
      threads_.push_back(start_quiet_thread([this] { serve(); }));
    }
    log::info("http-listening", "url=", url_);
  }

  std::uint16_t port() const noexcept override { return port_; }
  std::string url() const override { return url_; }
  http_counters counters() const override { return core_.count->snapshot(); }
  const router& routes() const noexcept override { return core_.routes; }

  void stop() override {
    const std::lock_guard lock{stopping_};
    if (!core_.io) return;
    if (!threads_.empty()) {
      close_listener();
      core_.connections.finish_all();
      core_.connections.wait_until_empty(core_.options.stop_time);
      core_.connections.cut_all();
      constexpr std::chrono::milliseconds to_notice{500};
      core_.connections.wait_until_empty(to_notice);
    }
    core_.outside->close();
    core_.io->stop();
    for (auto& one : threads_) {
      one.join();
    }
    pause_.reset();
    acceptor_.reset();
    strand_ = net::strand<net::io_context::executor_type>{net::make_strand(spare_)};
    core_.io.reset(); // whatever connection was left ends here, and posts its last call
    core_.pool.stop();
  }

 private:
  void serve() {
    for (;;) {
      try {
        core_.io->run();
        return;
      } catch (
          const std::exception& thrown) { // out of memory, most likely: this connection is lost, no other
        log::error("http-connection-failed", "what=", thrown.what());
      }
    }
  }

  void accept() {
    acceptor_->async_accept(net::make_strand(*core_.io), [this](error_code failed, tcp::socket socket) {
      if (failed == net::error::operation_aborted || !acceptor_->is_open()) return;
      if (failed) return accept_later(failed);
      welcome(std::move(socket));
      accept();
    });
  }

  /// Out of descriptors or memory: trying again at once would only keep the processor busy.
  void accept_later(const error_code& failed) {
    constexpr std::chrono::milliseconds breath{100};
    if (!complained_) log::warn("http-cannot-accept", "what=", failed.message());
    complained_ = true;
    pause_->expires_after(breath);
    pause_->async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  }

  void welcome(tcp::socket socket) {
    ++core_.count->connections_accepted;
    error_code failed;
    const auto peer = plain(socket.remote_endpoint(failed).address());
    if (failed) return; // gone already
    const auto local = plain(socket.local_endpoint(failed).address());
    if (failed) return;
    auto admitted = core_.connections.admit();
    if (admitted.evicted) ++core_.count->connections_evicted;
    if (!admitted.place) {
      ++core_.count->connections_refused;
      return;
    }
    serve_connection(core_, std::move(socket),
                     {peer.to_string(), peer.is_loopback(), local.to_string(), core_.tls.has_value()},
                     std::move(*admitted.place));
  }

  void close_listener() {
    std::promise<void> closed;
    net::post(strand_, [this, &closed] {
      error_code ignored;
      acceptor_->close(ignored);
      pause_->cancel();
      closed.set_value();
    });
    closed.get_future().wait();
  }

  net::io_context spare_; ///< Never run: what strand_ refers to once the server has stopped.
  server_core core_;
  net::strand<net::io_context::executor_type> strand_; ///< Of the two below.
  std::optional<tcp::acceptor> acceptor_;
  std::optional<net::steady_timer> pause_;
  bool complained_ = false;
  std::vector<std::thread> threads_;
  std::mutex stopping_;
  std::uint16_t port_ = 0;
  std::string url_;
};

gate::rules rules_of(const server_options& options, const config::endpoint& where) {
  gate::rules out{options.tokens, options.insecure, options.names, options.origins, options.section};
  out.names.push_back(where.host);
  return out;
}

} // namespace

result<std::unique_ptr<http_server>> http_server::start(server_options options, router routes) {
  auto where = config::parse_endpoint(options.listen);
  if (!where)
    return fail(errc::invalid_config, options.section + ".listen: " + quoted(options.listen) +
                                          " is no address: " + where.error().message);
  if (!config::is_loopback(*where) && options.tokens.empty() && !options.insecure)
    return fail(errc::invalid_config, options.section + ".listen: " + options.listen +
                                          " is open to other machines, so " + options.section +
                                          ".tokens must not be empty");
  const auto rules = rules_of(options, *where);
  auto server = std::make_unique<asio_server>(std::move(options), std::move(routes), rules);
  if (auto ready = server->use_tls(); !ready) return pass_on(std::move(ready));
  if (auto ready = server->listen(*where); !ready) return pass_on(std::move(ready));
  server->run();
  return std::unique_ptr<http_server>{std::move(server)};
}

} // namespace remora::http
