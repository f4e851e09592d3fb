#include "http/gate.hpp"

#include <algorithm>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <utility>

#include "http/ascii.hpp"
#include "http/base64url.hpp"

namespace remora::http {

namespace {

/// "name" of "name:port", "::1" of "[::1]:port", in lower case. Empty when it is neither.
std::string host_without_port(std::string_view host) {
  std::string_view name = host;
  std::string_view port;
  if (!host.empty() && host.front() == '[') {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return {};
    name = host.substr(1, end - 1);
    port = host.substr(end + 1);
  } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
    name = host.substr(0, colon);
    port = host.substr(colon);
  }
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!port.empty() && (port.front() != ':' || !std::all_of(port.begin() + 1, port.end(), is_digit)))
    return {};
  if (!name.empty() && name.back() == '.') name.remove_suffix(1); // the same name, fully qualified
  return lower_case(name);
}

/// "host:port" with the port that the scheme implies when none is written.
std::string with_port(std::string_view host, bool secure) {
  std::string out = lower_case(host);
  const auto bracket = out.rfind(']');
  const auto colon = out.rfind(':');
  const bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  if (!has_port) out += secure ? ":443" : ":80";
  return out;
}

constexpr std::string_view bearer = "bearer ";
constexpr std::string_view subprotocol = "remora.bearer.";

void take(presented_token& into, std::string token) {
  if (token.empty() || (!into.token.empty() && into.token != token)) into.malformed = true;
  into.token = std::move(token);
}

std::string_view without_scheme(std::string_view value) {
  value = trimmed(value);
  if (equals_ignoring_case(value.substr(0, bearer.size()), bearer))
    value = trimmed(value.substr(bearer.size()));
  return value;
}

} // namespace

gate::gate(const rules& by) : insecure_{by.insecure}, origins_{by.origins}, section_{by.section} {
  for (const auto& one : by.tokens) {
    tokens_.push_back({hash_of(one.token), {one.name, one.grants, true}});
  }
  for (const auto& one : by.names) {
    names_.push_back(lower_case(one));
  }
}

gate::digest gate::hash_of(std::string_view token) {
  digest out{};
  std::vector<unsigned char> bytes(token.begin(), token.end());
  ::SHA256(bytes.data(), bytes.size(), out.data());
  ::OPENSSL_cleanse(bytes.data(), bytes.size());
  return out;
}

bool gate::allows_host(std::string_view host, std::string_view local_address) const {
  const std::string name = host_without_port(host);
  if (name.empty()) return false;
  if (name == "localhost" || name == "127.0.0.1" || name == "::1" || name == local_address) return true;
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

bool gate::allows_origin(std::string_view origin, std::string_view host, bool secure) const {
  if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end()) return true;
  const std::string_view scheme = secure ? "https://" : "http://";
  if (origin.substr(0, scheme.size()) != scheme) return false; // "null" too
  return with_port(origin.substr(scheme.size()), secure) == with_port(host, secure);
}

gate::verdict gate::admit(std::string_view token, const std::string& peer, bool peer_is_loopback,
                          steady_time now) {
  using kind = verdict::kind;
  if (tokens_.empty()) {
    if (!peer_is_loopback && !insecure_) return {kind::not_local, {}, {}};
    return {kind::admitted, {"local", config::role::admin, true}, {}};
  }
  if (token.empty()) return {kind::no_token, {}, {}};
  // A right token is not heard either while the address is locked out, or guessing could go on.
  if (const auto wait = lockout_.locked_for(peer, now)) return {kind::locked_out, {}, *wait};
  const digest given = hash_of(token);
  const known_token* found = nullptr;
  for (const auto& one : tokens_) {
    if (::CRYPTO_memcmp(one.hash.data(), given.data(), given.size()) == 0) found = &one;
  }
  if (found != nullptr) return {kind::admitted, found->who, {}};
  lockout_.count_wrong(peer, now);
  return {kind::wrong_token, {}, {}};
}

presented_token find_token(const fields& headers) {
  presented_token out;
  for (const auto& [name, value] : headers) {
    if (equals_ignoring_case(name, "Authorization")) {
      if (!equals_ignoring_case(trimmed(value).substr(0, bearer.size()), bearer)) out.malformed = true;
      take(out, std::string{without_scheme(value)});
    } else if (equals_ignoring_case(name, "X-Kubeshark-Authorization")) {
      take(out, std::string{without_scheme(value)});
    } else if (equals_ignoring_case(name, "Sec-WebSocket-Protocol")) {
      for_each_element(value, [&out](std::string_view one) {
        out.offers_protocol = out.offers_protocol || one == "remora";
        if (one.substr(0, subprotocol.size()) == subprotocol)
          take(out, decode_base64url(one.substr(subprotocol.size())).value_or(""));
        return true;
      });
    }
  }
  return out;
}

bool is_secret_header(std::string_view name) noexcept {
  for (const std::string_view secret :
       {"Authorization", "X-Kubeshark-Authorization", "Sec-WebSocket-Protocol", "Cookie", "License-Key"})
    if (equals_ignoring_case(name, secret)) return true;
  return false;
}

} // namespace remora::http
