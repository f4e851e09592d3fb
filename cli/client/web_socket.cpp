#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp> // how a WebSocket over TLS is closed
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <utility>

#include "cli/client/http_message.hpp"
#include "cli/client/link_stream.hpp"

namespace remora::client {

namespace ws = boost::beast::websocket;

namespace {

constexpr std::size_t most_message_bytes = std::size_t{16} << 20;
/// A hub that is silent half this long is pinged.
constexpr std::chrono::seconds silence{60};

template <class Stream>
class open_socket final : public web_socket {
 public:
  /// @param tls Null without TLS.
  open_socket(reach how, std::unique_ptr<boost::asio::ssl::context> tls)
      : how_{std::move(how)}, tls_{std::move(tls)}, wait_{how_.stop}, socket_{make()} {}

  ~open_socket() override {
    if (!reading_) return;
    // The read that is under way refers to our buffer: it has to end before we do. Nothing is said to the
    // hub: it may no longer be there, and a person who pressed Ctrl-C waits.
    bottom(socket_.next_layer()).close();
    wait_.until([this] { return ended_.has_value(); }, std::chrono::seconds{1});
  }

  result<void> begin(const request& what, std::optional<answer>& refused_with) {
    if (auto connected = connect(wait_, socket_.next_layer(), how_); !connected) return connected;
    plain_stream& tcp = bottom(socket_.next_layer());
    tcp.expires_never(); // the WebSocket has time-outs of its own
    socket_.set_option(ws::stream_base::timeout{how_.answer_time, silence, true});
    socket_.set_option(
        ws::stream_base::decorator{[this, &what](ws::request_type& to) { set_headers(how_, what, to); }});
    socket_.read_message_max(most_message_bytes);
    http_response said;
    const failure_code code = wait_.until_done(
        [&](auto handler) {
          socket_.async_handshake(said, how_.hub.authority(), how_.hub.prefix + what.target, handler);
        },
        [&] { tcp.close(); });
    if (code == ws::error::upgrade_declined) {
      refused_with = to_answer(said);
      return fail(errc::refused, "the hub refused the connection");
    }
    if (code) return broken(wait_, how_, "opened no WebSocket", code);
    return {};
  }

  result<std::optional<std::string>> next(std::chrono::milliseconds timeout) override {
    if (!reading_) {
      ended_.reset();
      reading_ = true;
      socket_.async_read(buffer_, [this](failure_code code, std::size_t) { ended_ = code; });
    }
    if (!wait_.until([this] { return ended_.has_value(); }, timeout)) return std::nullopt;
    reading_ = false;
    if (*ended_) return closed();
    std::string text = boost::beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    return text;
  }

 private:
  ws::stream<Stream> make() {
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      return ws::stream<Stream>{wait_.context(), *tls_};
    } else {
      return ws::stream<Stream>{wait_.context()};
    }
  }

  tl::unexpected<error> closed() {
    if (*ended_ != ws::error::closed) return broken(wait_, how_, "cut the connection", *ended_);
    const auto& why = socket_.reason();
    std::string text = "closed the connection";
    if (!why.reason.empty()) text += ": " + std::string{why.reason.data(), why.reason.size()};
    return unreachable(how_, text);
  }

  reach how_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  waiting wait_;
  ws::stream<Stream> socket_;
  boost::beast::flat_buffer buffer_{most_message_bytes};
  bool reading_ = false;
  std::optional<failure_code> ended_;
};

template <class Stream>
result<std::unique_ptr<web_socket>> begin(std::unique_ptr<open_socket<Stream>> made, const request& what,
                                          std::optional<answer>& refused_with) {
  if (auto begun = made->begin(what, refused_with); !begun) return pass_on(std::move(begun));
  return std::unique_ptr<web_socket>{std::move(made)};
}

} // namespace

result<std::unique_ptr<web_socket>> web_socket::open(const reach& how, const request& what,
                                                     std::optional<answer>& refused_with) {
  if (!how.hub.tls)
    return begin(std::make_unique<open_socket<plain_stream>>(how, nullptr), what, refused_with);
  auto tls = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client);
  if (auto ready = prepare(*tls, how); !ready) return pass_on(std::move(ready));
  return begin(std::make_unique<open_socket<tls_stream>>(how, std::move(tls)), what, refused_with);
}

} // namespace remora::client
