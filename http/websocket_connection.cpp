#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "http/beast_streams.hpp"
#include "http/websocket_channel.hpp"

namespace remora::http {

namespace {

namespace ws = beast::websocket;

/// What an application hears of one socket, in order, on threads of the pool.
struct listener {
  explicit listener(handler_pool& on) : calls{std::make_shared<serial_calls>(on)} {}
  std::shared_ptr<serial_calls> calls;
  websocket_events events; ///< Touched by `calls` alone.
};

/// One open WebSocket. Everything but finish() and cut() runs in its strand. Reading and writing go side by
/// side; the next message is read when the application has heard the one before.
template <class Stream>
class websocket_connection final : public open_connection,
                                   public std::enable_shared_from_this<websocket_connection<Stream>> {
 public:
  websocket_connection(server_core& core, Stream&& stream, connection_registry::ticket place,
                       judge::passed admitted)
      : core_{core},
        ws_{std::move(stream)},
        executor_{ws_.get_executor()},
        open_{executor_, net::steady_timer::time_point::max()},
        place_{std::move(place)},
        to_{*admitted.to},
        asked_{std::make_shared<const request>(std::move(admitted.asked))},
        offers_protocol_{admitted.offers_protocol},
        listener_{std::make_shared<listener>(core.pool)} {}

  ~websocket_connection() override {
    end();
    --core_.count->connections_open;
  }

  /// Any thread.
  const auto& executor() const noexcept { return executor_; }

  void start(const beast::http::request<beast::http::string_body>& upgrade) {
    place_.bind(this->weak_from_this());
    beast::get_lowest_layer(ws_).expires_never(); // from here on the WebSocket's own times count
    ws::stream_base::timeout times{};
    times.handshake_timeout = core_.options.header_time;
    times.idle_timeout = 2 * core_.options.ping_every; // a ping goes out after half of it
    times.keep_alive_pings = true;
    ws_.set_option(times);
    ws_.set_option(ws::stream_base::decorator{[chosen = offers_protocol_](ws::response_type& answer) {
      answer.set(beast::http::field::server, "remora");
      answer.set("X-Content-Type-Options", "nosniff");
      if (chosen) answer.set(beast::http::field::sec_websocket_protocol, "remora");
    }});
    ws_.read_message_max(to_.max_message_bytes);
    ws_.async_accept(upgrade, then(&websocket_connection::on_accepted));
  }

  void finish() override {
    net::post(executor_, [self = this->shared_from_this()] {
      if (self->channel_) self->channel_->close(close_code::going_away, "the server stops");
    });
  }
  void cut() override {
    net::post(executor_, [self = this->shared_from_this()] { self->break_off(); });
  }

  /// Sends what waits, unless that is being done.
  void pump() {
    if (writing_ || ended_) return;
    auto next = channel_->take();
    if (!next) return;
    writing_ = true;
    if (!next->text) return close(static_cast<ws::close_code>(next->code), next->reason);
    sending_ = std::move(next->text);
    ws_.text(true);
    ws_.async_write(net::buffer(*sending_), then(&websocket_connection::on_written));
  }

  void read() {
    if (ended_) return;
    ws_.async_read(buffer_, then(&websocket_connection::on_read));
  }

 private:
  template <class... Args>
  auto then(void (websocket_connection::*next)(Args...)) {
    return [self = this->shared_from_this(), next](Args... args) { ((*self).*next)(args...); };
  }

  void on_accepted(error_code failed) {
    if (failed) {
      ++core_.count->malformed;
      log::debug("websocket-refused", "peer=", asked_->peer, " path=", asked_->path,
                 " what=", failed.message());
      return break_off();
    }
    ++core_.count->websockets_opened;
    ++core_.count->websockets_open;
    log::debug("websocket-open", "peer=", asked_->peer, " path=", asked_->path);
    open_.async_wait([self = this->shared_from_this()](error_code) {});
    channel_ = std::make_shared<websocket::channel>(
        to_.queue, core_.count, [through = core_.outside, to = this->weak_from_this()] {
          post_to(*through, to, [](websocket_connection& self) { self.pump(); });
        });
    listener_->calls->post([hears = listener_, call = std::get<websocket_handler>(to_.handler),
                            asked = asked_, channel = channel_, count = core_.count] {
      try {
        hears->events = call(*asked, websocket{channel});
      } catch (const std::exception& thrown) {
        ++count->handler_failures;
        log::error("websocket-handler-threw", "path=", asked->path, " what=", thrown.what());
        channel->close(close_code::internal_error, "the server failed");
      }
    });
    read();
  }

  void on_read(error_code failed, std::size_t bytes) {
    core_.count->bytes_read += bytes;
    if (failed) {
      if (failed == beast::error::timeout) ++core_.count->connections_timed_out;
      return break_off();
    }
    if (!ws_.got_text()) {
      channel_->close(static_cast<close_code>(ws::close_code::unknown_data), "only text is understood");
      buffer_.consume(buffer_.size());
      return read(); // until the client has answered the close
    }
    ++core_.count->messages_in;
    auto text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    listener_->calls->post([hears = listener_, text = std::move(text), channel = channel_,
                            count = core_.count, through = core_.outside, to = this->weak_from_this()] {
      try {
        if (hears->events.on_text) hears->events.on_text(text);
      } catch (const std::exception& thrown) {
        ++count->handler_failures;
        log::error("websocket-handler-threw", "what=", thrown.what());
        channel->close(close_code::internal_error, "the server failed");
      }
      post_to(*through, to, [](websocket_connection& self) { self.read(); });
    });
  }

  void on_written(error_code failed, std::size_t bytes) {
    writing_ = false;
    sending_.reset();
    core_.count->bytes_written += bytes;
    if (failed) return break_off();
    ++core_.count->messages_out;
    pump();
  }

  void close(ws::close_code code, const std::string& reason) {
    ws_.async_close({code, reason}, [self = this->shared_from_this()](error_code) { self->break_off(); });
  }

  void break_off() {
    end();
    open_.cancel();
    beast::get_lowest_layer(ws_).close();
  }

  /// Tells the application, once.
  void end() {
    if (std::exchange(ended_, true) || !channel_) return;
    channel_->end();
    --core_.count->websockets_open;
    log::debug("websocket-closed", "peer=", asked_->peer, " path=", asked_->path,
               " dropped=", channel_->dropped());
    listener_->calls->post([hears = listener_] {
      const auto events = std::exchange(hears->events, {});
      if (events.on_close) events.on_close();
    });
  }

  server_core& core_;
  ws::stream<Stream> ws_;
  const typename ws::stream<Stream>::executor_type executor_;
  /// Waits for ever, and so keeps this while the application hears a message and nothing is read or written.
  net::steady_timer open_;
  connection_registry::ticket place_;
  const route& to_;
  const std::shared_ptr<const request> asked_;
  const bool offers_protocol_;
  const std::shared_ptr<listener> listener_;
  std::shared_ptr<websocket::channel> channel_; ///< Null until the client's upgrade was accepted.

  beast::flat_buffer buffer_;
  std::shared_ptr<const std::string> sending_;
  bool writing_ = false;
  bool ended_ = false;
};

} // namespace

template <class Stream>
void serve_websocket(server_core& core, Stream&& stream, connection_registry::ticket place,
                     const beast::http::request<beast::http::string_body>& upgrade, judge::passed admitted) {
  std::make_shared<websocket_connection<Stream>>(core, std::forward<Stream>(stream), std::move(place),
                                                 std::move(admitted))
      ->start(upgrade);
}

template void serve_websocket(server_core&, plain_stream&&, connection_registry::ticket,
                              const beast::http::request<beast::http::string_body>&, judge::passed);
template void serve_websocket(server_core&, tls_stream&&, connection_registry::ticket,
                              const beast::http::request<beast::http::string_body>&, judge::passed);

} // namespace remora::http
