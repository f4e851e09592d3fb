#include "cli/client/link_stream.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace remora::client {

namespace net = boost::asio;

namespace {

std::string in_seconds(std::chrono::milliseconds time) {
  const auto ms = time.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

std::string stopped_text() { return "was not waited for any longer: interrupted"; }

std::string advice_for(const failure_code& code, const reach& how) {
  if (code == net::error::connection_refused)
    return "does remora-hub run there, and is --hub (or REMORA_HUB) right?";
  if (code == net::error::host_not_found || code == net::error::host_not_found_try_again)
    return "is the name in --hub (or REMORA_HUB) right?";
  if (code == boost::beast::error::timeout)
    return "is a firewall between here and port " + std::to_string(how.hub.port) + "?";
  return "is --hub (or REMORA_HUB) right?";
}

std::string words(const failure_code& code, const reach& how) {
  if (code == boost::beast::error::timeout) return "no connection within " + in_seconds(how.connect_time);
  return code.message();
}

bool is_certificate_problem(long verdict) { return verdict != X509_V_OK; }

tl::unexpected<error> handshake_failed(const reach& how, tls_stream& stream, const failure_code& code) {
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (is_certificate_problem(verdict))
    return unreachable(
        how, std::string{"has a certificate that is not accepted: "} + X509_verify_cert_error_string(verdict),
        "is the host's name the one in the certificate? A hub whose certificate comes from an "
        "authority of your own needs --authorities FILE");
  if (code == boost::beast::error::timeout)
    return unreachable(how, "did not begin TLS within " + in_seconds(how.connect_time));
  return unreachable(how, "does not speak TLS as expected: " + code.message(),
                     "is its address http:// instead of https://?");
}

} // namespace

tl::unexpected<error> unreachable(const reach& how, const std::string& what, const std::string& advice) {
  return fail(errc::unreachable,
              "the hub at " + how.hub.text() + ' ' + what + (advice.empty() ? "" : "; " + advice));
}

tl::unexpected<error> broken(const waiting& wait, const reach& how, const std::string& what,
                             failure_code code) {
  if (wait.stopped()) return unreachable(how, stopped_text());
  if (code == boost::beast::error::timeout)
    return unreachable(how, what + " within " + in_seconds(how.answer_time), "is it overloaded?");
  return unreachable(how, what + ": " + code.message());
}

result<void> prepare(net::ssl::context& tls, const reach& how) {
  failure_code code;
  tls.set_verify_mode(net::ssl::verify_peer);
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  if (how.authorities.empty()) {
    tls.set_default_verify_paths(code);
    return {};
  }
  tls.load_verify_file(how.authorities, code);
  if (code)
    return fail(errc::invalid_usage, "--authorities " + how.authorities +
                                         ": no certificates can be read from it (PEM): " + code.message());
  return {};
}

result<void> connect(waiting& wait, plain_stream& stream, const reach& how) {
  if (wait.stopped()) return unreachable(how, stopped_text());
  net::ip::tcp::resolver resolver{wait.context()};
  net::ip::tcp::resolver::results_type found;
  failure_code code = wait.until_done(
      [&](auto handler) {
        resolver.async_resolve(how.hub.host, std::to_string(how.hub.port),
                               [&found, handler](failure_code why, const auto& addresses) mutable {
                                 found = addresses;
                                 handler(why);
                               });
      },
      [&] { resolver.cancel(); });
  if (!code) {
    stream.expires_after(how.connect_time);
    code = wait.until_done([&](auto handler) { stream.async_connect(found, handler); },
                           [&] { stream.cancel(); });
  }
  if (wait.stopped()) return unreachable(how, stopped_text());
  if (code) return unreachable(how, "cannot be reached: " + words(code, how), advice_for(code, how));
  return {};
}

result<void> connect(waiting& wait, tls_stream& stream, const reach& how) {
  if (auto connected = connect(wait, stream.next_layer(), how); !connected) return connected;
  failure_code not_an_address;
  net::ip::make_address(how.hub.host, not_an_address);
  // Names alone are sent ahead. RFC 6066 3.
  if (not_an_address)
    SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             // OpenSSL does not write to it. NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
             const_cast<char*>(how.hub.host.c_str()));
  stream.set_verify_callback(net::ssl::host_name_verification{how.hub.host});
  stream.next_layer().expires_after(how.connect_time);
  const failure_code code =
      wait.until_done([&](auto handler) { stream.async_handshake(net::ssl::stream_base::client, handler); },
                      [&] { stream.next_layer().cancel(); });
  if (wait.stopped()) return unreachable(how, stopped_text());
  if (code) return handshake_failed(how, stream, code);
  return {};
}

} // namespace remora::client
