#include "http/tls.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <utility>

#include "base/file_descriptor.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"

namespace remora::http {

namespace {

/// What OpenSSL last complained about, and forgets it.
std::string openssl_text() {
  const auto code = ::ERR_get_error();
  ::ERR_clear_error();
  std::array<char, 256> text{};
  ::ERR_error_string_n(code, text.data(), text.size());
  return code == 0 ? "no reason given" : text.data();
}

tl::unexpected<error> refuse(const char* what, const std::string& path, const std::string& why) {
  return fail(errc::invalid_config,
              std::string{"hub.http.tls."} + what + ": the file " + quoted(path, 256) + " " + why);
}

result<void> check_readable(const char* what, const std::string& path) {
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return refuse(what, path, "cannot be read: " + errno_text(errno));
  return {};
}

/// An asker of pass phrases that has none: without it OpenSSL would ask at the terminal.
int no_pass_phrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

} // namespace

result<boost::asio::ssl::context> make_tls(const std::string& certificate, const std::string& key) {
  namespace ssl = boost::asio::ssl;
  if (key.empty())
    return fail(errc::invalid_config, "hub.http.tls.key: a certificate is configured, but no key for it");
  if (auto readable = check_readable("certificate", certificate); !readable)
    return pass_on(std::move(readable));
  if (auto readable = check_readable("key", key); !readable) return pass_on(std::move(readable));
  ssl::context out{ssl::context::tls_server};
  SSL_CTX* const raw = out.native_handle();
  ::ERR_clear_error();
  ::SSL_CTX_set_default_passwd_cb(raw, no_pass_phrase);
  ::SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  ::SSL_CTX_set_options(raw,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (::SSL_CTX_use_certificate_chain_file(raw, certificate.c_str()) != 1)
    return refuse("certificate", certificate, "is no certificate in PEM: " + openssl_text());
  // A key of another certificate fails here already.
  if (::SSL_CTX_use_PrivateKey_file(raw, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      ::SSL_CTX_check_private_key(raw) != 1)
    return refuse("key", key,
                  "is no private key in PEM without a pass phrase, or is not the key of the certificate: " +
                      openssl_text());
  const X509* const own = ::SSL_CTX_get0_certificate(raw);
  if (::X509_cmp_current_time(::X509_get0_notAfter(own)) < 0)
    log::warn("tls-certificate-expired", "file=", certificate, " clients will refuse to connect");
  return out;
}

} // namespace remora::http
