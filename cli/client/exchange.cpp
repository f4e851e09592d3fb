#include <algorithm>
#include <array>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "cli/client/http_message.hpp"
#include "cli/client/link_stream.hpp"

namespace remora::client {

namespace http = boost::beast::http;

answer to_answer(const http_response& from) {
  answer out;
  out.status = from.result_int();
  const std::string_view type{from[http::field::content_type].data(), from[http::field::content_type].size()};
  out.content_type = type.substr(0, type.find(';'));
  while (!out.content_type.empty() && out.content_type.back() == ' ')
    out.content_type.pop_back();
  std::transform(out.content_type.begin(), out.content_type.end(), out.content_type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  out.etag = std::string{from[http::field::etag]};
  out.missing = std::string{from["Remora-Missing"]};
  out.body = from.body();
  return out;
}

void set_headers(const reach& how, const request& what, http::fields& to) {
  to.set(http::field::host, how.hub.authority());
  to.set(http::field::user_agent, "remora");
  for (const auto& [name, content] : what.headers)
    to.set(name, content);
}

namespace {

/// Connects and sends a request.
template <class Stream>
result<void> send_over(waiting& wait, Stream& stream, const reach& how, const request& what) {
  if (auto connected = connect(wait, stream, how); !connected) return connected;
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(what.method);
  message.target(how.hub.prefix + what.target);
  set_headers(how, what, message);
  message.set(http::field::connection, "close");
  message.body() = what.body;
  message.prepare_payload();

  plain_stream& tcp = bottom(stream);
  tcp.expires_after(how.answer_time);
  const auto cancel = [&] { tcp.cancel(); };
  const failure_code code =
      wait.until_done([&](auto handler) { http::async_write(stream, message, handler); }, cancel);
  // A hub that refuses a body early answers and closes: what it said counts more than that it did not listen.
  if (code && code != boost::asio::error::broken_pipe && code != boost::asio::error::connection_reset)
    return broken(wait, how, "did not take the request", code);
  return {};
}

tl::unexpected<error> read_failed(const waiting& wait, const reach& how, const failure_code& code) {
  if (code == http::error::body_limit)
    return fail(errc::io_failed, "the hub at " + how.hub.text() + " answers with more than " +
                                     std::to_string(how.answer_bytes >> 20) + " MiB; ask for less");
  if (code == http::error::partial_message)
    return fail(errc::io_failed, "the answer of the hub at " + how.hub.text() + " broke off");
  if (code.category() == make_error_code(http::error::end_of_stream).category() &&
      code != http::error::end_of_stream)
    return fail(errc::malformed_message, "what listens at " + how.hub.text() +
                                             " does not speak HTTP: " + code.message() +
                                             "; is --hub (or REMORA_HUB) the hub's HTTP address?");
  return broken(wait, how, "did not answer", code);
}

template <class Stream>
result<answer> exchange_over(waiting& wait, Stream& stream, const reach& how, const request& what) {
  if (auto sent = send_over(wait, stream, how, what); !sent) return pass_on(std::move(sent));
  plain_stream& tcp = bottom(stream);
  const auto cancel = [&] { tcp.cancel(); };
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(how.answer_bytes);
  if (what.method == "HEAD") parser.skip(true);
  const auto code =
      wait.until_done([&](auto handler) { http::async_read(stream, buffer, parser, handler); }, cancel);
  if (!code) return to_answer(parser.get());
  return read_failed(wait, how, code);
}

template <class Stream>
result<answer> download_over(waiting& wait, Stream& stream, const reach& how, const request& what,
                             const std::function<bool(std::string_view)>& take) {
  constexpr std::size_t longest_problem = std::size_t{64} << 10U;
  if (auto sent = send_over(wait, stream, how, what); !sent) return pass_on(std::move(sent));
  plain_stream& tcp = bottom(stream);
  const auto cancel = [&] { tcp.cancel(); };
  boost::beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  auto code = wait.until_done([&](auto handler) { http::async_read_header(stream, buffer, parser, handler); },
                              cancel);
  if (code) return read_failed(wait, how, code);
  http_response head{parser.get().base()};
  std::array<char, 65'536> part{};
  while (!parser.is_done()) {
    tcp.expires_after(how.answer_time);
    parser.get().body().data = part.data();
    parser.get().body().size = part.size();
    code = wait.until_done([&](auto handler) { http::async_read(stream, buffer, parser, handler); }, cancel);
    // Also of an answer that broke off: what came is what there is.
    const std::string_view bytes{part.data(), part.size() - parser.get().body().size};
    if (head.result_int() / 100 == 2) {
      if (!take(bytes)) break;
    } else if (head.body().size() + bytes.size() <= longest_problem) {
      head.body() += bytes;
    }
    if (code && code != http::error::need_buffer) return read_failed(wait, how, code);
  }
  return to_answer(head);
}

} // namespace

result<answer> exchange(const reach& how, const request& what) {
  waiting wait{how.stop};
  if (!how.hub.tls) {
    plain_stream stream{wait.context()};
    return exchange_over(wait, stream, how, what);
  }
  boost::asio::ssl::context tls{boost::asio::ssl::context::tls_client};
  if (auto ready = prepare(tls, how); !ready) return pass_on(std::move(ready));
  tls_stream stream{wait.context(), tls};
  return exchange_over(wait, stream, how, what);
}

result<answer> download(const reach& how, const request& what,
                        const std::function<bool(std::string_view)>& take) {
  waiting wait{how.stop};
  if (!how.hub.tls) {
    plain_stream stream{wait.context()};
    return download_over(wait, stream, how, what, take);
  }
  boost::asio::ssl::context tls{boost::asio::ssl::context::tls_client};
  if (auto ready = prepare(tls, how); !ready) return pass_on(std::move(ready));
  tls_stream stream{wait.context(), tls};
  return download_over(wait, stream, how, what, take);
}

} // namespace remora::client
