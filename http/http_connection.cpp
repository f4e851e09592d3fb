#include <array>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "http/beast_streams.hpp"
#include "http/handler_call.hpp"
#include "http/problem.hpp"
#include "http/response_writer.hpp"

namespace remora::http {

namespace {

namespace parsing = beast::http;

/// The answer to a request that could not be read.
response unreadable(const error_code& why) {
  if (why == parsing::error::header_limit || why == parsing::error::buffer_overflow)
    return problem(431, "the line and headers of the request are too long");
  if (why == parsing::error::body_limit) return problem(413, "the body is larger than this path takes");
  if (why == parsing::error::bad_version) return problem(505, "HTTP/1.0 and HTTP/1.1 are spoken");
  return problem(400, "the request is malformed: " + why.message());
}

bool is_parse_error(const error_code& why) {
  return why.category() == make_error_code(parsing::error::end_of_stream).category() &&
         why != parsing::error::end_of_stream && why != parsing::error::partial_message;
}

/// One connection that speaks HTTP/1.1. Everything but finish() and cut() runs in its strand.
///
///     wait_for_request -> read_head -> judge -> read_body -> call handler -> write -> wait_for_request
///                            refused: write, then close if a body is left unread
template <class Stream>
class http_connection final : public open_connection,
                              public std::enable_shared_from_this<http_connection<Stream>> {
 public:
  http_connection(server_core& core, Stream&& stream, connection_facts facts,
                  connection_registry::ticket place)
      : core_{core},
        stream_{std::move(stream)},
        executor_{stream_.get_executor()},
        handler_timer_{executor_},
        facts_{std::move(facts)},
        place_{std::move(place)} {
    ++core_.count->connections_open;
  }
  ~http_connection() override {
    if (!handed_over_) --core_.count->connections_open;
  }

  /// Any thread, also when the stream has been handed over.
  const auto& executor() const noexcept { return executor_; }

  void start() {
    place_->bind(this->weak_from_this());
    net::dispatch(executor(), [self = this->shared_from_this()] { self->begin(); });
  }

  void finish() override {
    net::post(executor(), [self = this->shared_from_this()] {
      self->finishing_ = true;
      if (self->idle_) self->close();
    });
  }
  void cut() override {
    net::post(executor(), [self = this->shared_from_this()] { self->close(); });
  }

  /// The answer to a call of a handler, unless the client was told something else by then.
  void answer_came(std::uint64_t exchange, response&& answer) {
    if (exchange != exchange_) {
      ++core_.count->late_answers;
      return;
    }
    write(std::move(answer));
  }
  void piece_came(std::uint64_t exchange, result<std::string>&& piece) {
    if (exchange != exchange_) return;
    write_piece(std::move(piece));
  }

 private:
  auto& socket() { return beast::get_lowest_layer(stream_); }
  /// A completion handler that keeps this connection.
  template <class... Args>
  auto then(void (http_connection::*next)(Args...)) {
    return [self = this->shared_from_this(), next](Args... args) { ((*self).*next)(args...); };
  }

  void begin() {
    if constexpr (is_tls<Stream>) {
      set_idle(true);
      socket().expires_after(core_.options.header_time);
      stream_.async_handshake(net::ssl::stream_base::server, then(&http_connection::on_handshake));
    } else {
      wait_for_request();
    }
  }

  void on_handshake(error_code failed) {
    if (!failed) return wait_for_request();
    ++core_.count->tls_failures;
    log::debug("http-tls-failed", "peer=", facts_.peer, " what=", failed.message());
    close();
  }

  void wait_for_request() {
    ++exchange_; // an answer to what went before is late
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_.options.header_bytes));
    parser_->body_limit(boost::none); // until the route is known
    set_idle(true);
    if (finishing_) return close();
    if (buffer_.size() > 0) return read_head(); // pipelined
    socket().expires_after(first_ ? core_.options.header_time : core_.options.idle_time);
    stream_.async_read_some(buffer_.prepare(first_read_bytes), then(&http_connection::on_first_bytes));
  }

  void on_first_bytes(error_code failed, std::size_t bytes) {
    if (failed) return end_reading(failed);
    buffer_.commit(bytes);
    read_head();
  }

  void read_head() {
    socket().expires_after(core_.options.header_time);
    parsing::async_read_header(stream_, buffer_, *parser_, then(&http_connection::on_head));
  }

  void on_head(error_code failed, std::size_t bytes) {
    core_.count->bytes_read += bytes;
    first_ = false;
    started_ = std::chrono::steady_clock::now();
    const auto& message = parser_->get();
    shape_ = {message.version() < 11, false};
    is_head_ = message.method() == parsing::verb::head;
    if (failed) return end_reading(failed);
    set_idle(false);
    ++core_.count->requests;
    request_head head{std::string{message.method_string()}, std::string{message.target()}, {}};
    for (const auto& one : message) {
      head.headers.emplace_back(std::string{one.name_string()}, std::string{one.value()});
    }
    verb_ = head.verb;
    path_ = path_of(head.target);
    shape_.keep_alive = parser_->keep_alive();
    auto verdict = core_.decide.look_at(head, facts_, core_.next_request++, started_);
    if (!verdict) return refuse(std::move(verdict.error()));
    passed_ = std::move(*verdict);
    if (is_websocket(*passed_.to)) return become_websocket();
    parser_->body_limit(passed_.to->body.max_bytes);
    if (passed_.expects_continue && buffer_.size() == 0 && !parser_->is_done()) return write_continue();
    read_body();
  }

  void write_continue() {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    socket().expires_after(core_.options.write_time);
    net::async_write(stream_, net::buffer(go_on.data(), go_on.size()), then(&http_connection::on_continue));
  }
  void on_continue(error_code failed, std::size_t /*bytes*/) {
    if (failed) return end_reading(failed);
    core_.count->count_answer(100);
    read_body();
  }

  void read_body() {
    if (parser_->is_done()) return call();
    socket().expires_after(core_.transfer_time(passed_.to->body.max_bytes));
    parsing::async_read(stream_, buffer_, *parser_, then(&http_connection::on_body));
  }

  void on_body(error_code failed, std::size_t bytes) {
    core_.count->bytes_read += bytes;
    if (failed) return end_reading(failed);
    call();
  }

  /// The client ended, was too slow, or sent what cannot be read.
  void end_reading(error_code failed) {
    if (is_parse_error(failed)) {
      ++core_.count->malformed;
      return refuse(unreadable(failed), true);
    }
    if (failed == beast::error::timeout) ++core_.count->connections_timed_out;
    close();
  }

  void refuse(response with, bool reading_failed = false) {
    if (reading_failed || !parser_->is_done())
      shape_.keep_alive = false; // the rest is not to be taken for a request
    set_idle(false);
    write(std::move(with));
  }

  void become_websocket() {
    if (buffer_.size() > 0) return refuse(problem(400, "data came before the WebSocket was open", path_));
    handed_over_ = true;
    log_access(101);
    core_.count->count_answer(101);
    serve_websocket(core_, std::move(stream_), std::move(*place_), parser_->get(), std::move(passed_));
  }

  class reply final : public responder::sink {
   public:
    explicit reply(http_connection& to)
        : through_{to.core_.outside},
          count_{to.core_.count},
          to_{to.weak_from_this()},
          exchange_{to.exchange_} {}
    void deliver(response&& answer) override {
      post_to(*through_, to_,
              [exchange = exchange_, answer = std::move(answer)](http_connection& self) mutable {
                self.answer_came(exchange, std::move(answer));
              });
    }
    void lost() override { ++count_->handler_failures; }

   private:
    std::shared_ptr<reach> through_;
    std::shared_ptr<live_counters> count_;
    std::weak_ptr<http_connection> to_;
    std::uint64_t exchange_;
  };

  void call() {
    request& asked = passed_.asked;
    asked.body = std::move(parser_->get().body());
    const route& to = *passed_.to;
    if (auto no = judge::look_at_body(to, asked)) return write(std::move(*no));
    socket().expires_never();
    if (to.prompt) return write(call_prompt(to, asked, *core_.count));
    handler_timer_.expires_after(to.timeout);
    handler_timer_.async_wait(then(&http_connection::on_handler_timeout));
    const responder answer_to{std::make_unique<reply>(*this)};
    auto shared = std::make_shared<const request>(std::move(asked));
    const bool taken = core_.pool.try_post(
        [&to, shared, answer_to, count = core_.count] { call_handler(to, *shared, answer_to, *count); });
    if (taken) return;
    ++core_.count->busy;
    response busy = problem(503, "too many requests wait: try again in a second", path_);
    busy.headers.emplace_back("Retry-After", "1");
    answer_to.answer(std::move(busy));
  }

  void on_handler_timeout(error_code cancelled) {
    if (cancelled || handler_timer_.expiry() > std::chrono::steady_clock::now()) return;
    ++core_.count->handler_timeouts;
    if (source_) return close(); // in the middle of a stream, and its source is stuck
    write(problem(504, "the answer took too long; what was asked may still be done", path_));
  }

  void write(response answer) {
    ++exchange_;
    handler_timer_.cancel();
    if (finishing_) shape_.keep_alive = false;
    source_ = std::move(answer.stream);
    answer.stream = source_;
    if (source_ && shape_.http_10)
      shape_.keep_alive = false; // the end of the connection is the end of the body
    out_head_ = write_head(answer, shape_, std::time(nullptr));
    status_ = answer.status;
    const bool no_body = is_head_ || has_no_body(status_);
    if (no_body) source_.reset();
    out_body_ = no_body ? std::string{} : std::move(answer.body);
    if (source_) out_body_.clear();
    core_.count->count_answer(status_);
    send();
  }

  void send() {
    socket().expires_after(core_.transfer_time(out_body_.size()));
    const std::array<net::const_buffer, 2> all{net::buffer(out_head_), net::buffer(out_body_)};
    net::async_write(stream_, all, then(&http_connection::on_written));
  }

  void on_written(error_code failed, std::size_t bytes) {
    core_.count->bytes_written += bytes;
    if (failed) {
      if (failed == beast::error::timeout) ++core_.count->connections_timed_out;
      return close();
    }
    if (source_) return pull();
    log_access(status_);
    out_head_.clear();
    out_body_ = {};
    passed_ = {};
    if (shape_.keep_alive) return wait_for_request();
    close_gently();
  }

  void pull() {
    ++exchange_;
    socket().expires_never();
    handler_timer_.expires_after(core_.options.idle_time);
    handler_timer_.async_wait(then(&http_connection::on_handler_timeout));
    core_.pool.post([through = core_.outside, to = this->weak_from_this(), source = source_, at = exchange_] {
      auto piece = next_piece(*source);
      post_to(*through, to, [at, piece = std::move(piece)](http_connection& self) mutable {
        self.piece_came(at, std::move(piece));
      });
    });
  }

  void write_piece(result<std::string> piece) {
    ++exchange_;
    handler_timer_.cancel();
    if (!piece) {
      ++core_.count->handler_failures;
      log::error("http-stream-broke", "path=", path_, " what=", piece.error().message);
      return close(); // without the last chunk: the client sees that something is missing
    }
    out_head_.clear();
    if (piece->empty()) source_.reset();
    out_body_ = shape_.http_10 ? std::move(*piece) : chunk(*piece);
    send();
  }

  void log_access(unsigned status) const {
    if (!log::enabled(log::level::debug)) return;
    const auto took = std::chrono::steady_clock::now() - started_;
    log::debug("http-request", "peer=", facts_.peer, " method=", verb_, " path=", path_, " status=", status,
               " took_us=", std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }

  /// Says that nothing more comes, and takes what the client still sends for a moment: closing with unread
  /// data would reset the connection, and the client might never see the answer.
  void close_gently() {
    constexpr std::chrono::seconds patience{1};
    set_idle(true);
    if (finishing_) return close();
    socket().expires_after(patience);
    if constexpr (is_tls<Stream>) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->close(); });
    } else {
      error_code ignored;
      socket().socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
      drain(error_code{}, 0);
    }
  }
  void drain(error_code failed, std::size_t bytes) {
    constexpr std::size_t most_drained_bytes = 256 * 1024;
    drained_ += bytes;
    if (failed || drained_ > most_drained_bytes) return close();
    stream_.async_read_some(net::buffer(waste_), then(&http_connection::drain));
  }

  void close() {
    set_idle(false);
    if (handed_over_) return;
    ++exchange_;
    handler_timer_.cancel();
    socket().close(); // whatever waits ends, and with it this
  }

  void set_idle(bool idle) {
    idle_ = idle;
    if (handed_over_) return;
    if (idle) {
      place_->idle();
    } else {
      place_->busy();
    }
  }

  static constexpr std::size_t first_read_bytes = 4096;
  static constexpr std::size_t most_buffered_bytes = 64 * 1024;

  server_core& core_;
  Stream stream_;
  const typename Stream::executor_type executor_;
  net::steady_timer handler_timer_;
  connection_facts facts_;
  std::optional<connection_registry::ticket> place_;

  beast::flat_buffer buffer_{most_buffered_bytes};
  std::optional<parsing::request_parser<parsing::string_body>> parser_;
  judge::passed passed_;
  std::string verb_; ///< Of the request under way, as the next two: for the log and for problems.
  std::string path_;
  std::chrono::steady_clock::time_point started_;
  framing shape_;
  bool is_head_ = false;

  std::string out_head_;
  std::string out_body_;
  std::shared_ptr<body_source> source_;
  unsigned status_ = 0;
  std::array<char, 2048> waste_{};
  std::size_t drained_ = 0;

  std::uint64_t exchange_ = 0; ///< Changes when an answer that was awaited no longer is.
  bool first_ = true;
  bool idle_ = false;
  bool finishing_ = false;
  bool handed_over_ = false; ///< To a WebSocket: stream_ and place_ are gone.
};

} // namespace

void serve_connection(server_core& core, net::ip::tcp::socket&& socket, connection_facts facts,
                      connection_registry::ticket place) {
  error_code ignored;
  socket.set_option(net::ip::tcp::no_delay{true}, ignored);
  plain_stream plain{std::move(socket)};
  if (core.tls) {
    std::make_shared<http_connection<tls_stream>>(core, tls_stream{std::move(plain), *core.tls},
                                                  std::move(facts), std::move(place))
        ->start();
  } else {
    std::make_shared<http_connection<plain_stream>>(core, std::move(plain), std::move(facts),
                                                    std::move(place))
        ->start();
  }
}

} // namespace remora::http
