#include "http/judge.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/utf8.hpp"
#include "http/ascii.hpp"
#include "http/problem.hpp"

namespace remora::http {

namespace {

using text = std::optional<std::string_view>;

text find_header(const fields& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) return trimmed(value);
  return std::nullopt;
}

auto count_of(const fields& headers, std::string_view name) {
  return std::count_if(headers.begin(), headers.end(),
                       [&](const auto& one) { return equals_ignoring_case(one.first, name); });
}

bool asks_for_websocket(const fields& headers) {
  bool found = false;
  for (const auto& [key, value] : headers) {
    if (!equals_ignoring_case(key, "Upgrade")) continue;
    for_each_element(value, [&found](std::string_view one) {
      found = found || equals_ignoring_case(one, "websocket");
      return !found;
    });
  }
  return found;
}

std::string list_of(const std::vector<method>& methods) {
  std::string out;
  for (const method one : methods) {
    if (!out.empty()) out += ", ";
    out += to_string(one);
  }
  return out;
}

/// The number that a Content-Length is. The parser has checked it; 0 when there is none.
std::uint64_t content_length(const fields& headers) {
  std::uint64_t out = 0;
  if (const auto found = find_header(headers, "Content-Length"))
    std::from_chars(found->data(), found->data() + found->size(), out);
  return out;
}

bool has_body(const fields& headers) {
  return content_length(headers) > 0 || find_header(headers, "Transfer-Encoding").has_value();
}

bool includes(config::role granted, access needed) {
  return static_cast<int>(granted) + 1 >= static_cast<int>(needed); // `none` is the one more of `access`
}

std::string_view name_of(access needed) {
  constexpr std::string_view names[] = {"none", "viewer", "editor", "admin"};
  return names[static_cast<std::size_t>(needed)];
}

response unauthorized(std::string_view detail, std::string_view path, std::string challenge) {
  response out = problem(401, detail, path);
  out.headers.emplace_back("WWW-Authenticate", std::move(challenge));
  return out;
}

/// The media type without its parameters.
std::string_view media_type(std::string_view value) { return trimmed(value.substr(0, value.find(';'))); }

} // namespace

std::string_view path_of(std::string_view target) noexcept {
  return target.substr(0, target.find_first_of("?#"));
}

/// What two programs in a row could cut into requests differently is refused: RFC 9112 11.2.
judge::refusal judge::check_framing(const request_head& head, std::string_view path) {
  if (head.headers.size() > most_headers) return problem(431, "the request has more than 100 headers", path);
  const auto codings = count_of(head.headers, "Transfer-Encoding");
  const auto lengths = count_of(head.headers, "Content-Length");
  if (codings > 0 && lengths > 0)
    return problem(400, "the request has both Content-Length and Transfer-Encoding: send one of them", path);
  if (lengths > 1) return problem(400, "the request has Content-Length more than once", path);
  if (codings > 1 ||
      (codings == 1 && !equals_ignoring_case(*find_header(head.headers, "Transfer-Encoding"), "chunked")))
    return problem(501, "the only Transfer-Encoding that is understood is \"chunked\"", path);
  return std::nullopt;
}

judge::refusal judge::check_host(const request_head& head, const target& to,
                                 const connection_facts& from) const {
  if (count_of(head.headers, "Host") != 1)
    return problem(400, "the request must have the header Host exactly once", to.path);
  const std::string_view host = *find_header(head.headers, "Host");
  if (!to.authority.empty() && !equals_ignoring_case(to.authority, host))
    return problem(400, "the target of the request names another host than the header Host", to.path);
  if (gate_.allows_host(host, from.local_address)) return std::nullopt;
  ++count_.refused_hosts;
  return problem(403,
                 "the Host " + remora::quoted(host) +
                     " is not a name of this server; use its address, or add the name to " + gate_.section() +
                     ".names",
                 to.path);
}

judge::refusal judge::check_origin(const request_head& head, const connection_facts& from,
                                   const std::string& path) const {
  const auto refuse = [&](std::string_view why) -> refusal {
    ++count_.refused_hosts;
    return problem(403, why, path);
  };
  if (count_of(head.headers, "Origin") > 1) return refuse("the request has Origin more than once");
  if (const auto origin = find_header(head.headers, "Origin")) {
    const auto host = find_header(head.headers, "Host").value_or("");
    if (gate_.allows_origin(*origin, host, from.secure)) return std::nullopt;
    return refuse("pages of the Origin " + remora::quoted(*origin) + " may not use this server");
  }
  // No Origin: no browser, or an old one; what newer ones say besides is believed.
  const auto site = find_header(head.headers, "Sec-Fetch-Site").value_or("none");
  if (site == "none" || site == "same-origin") return std::nullopt;
  return refuse("pages of other sites may not use this server");
}

judge::refusal judge::check_role(passed& into, const request_head& head, const connection_facts& from,
                                 steady_time now) const {
  const route& to = *into.to;
  presented_token shown = find_token(head.headers);
  into.offers_protocol = shown.offers_protocol;
  if (to.needs == access::none) return std::nullopt;
  // "," cannot be part of any token as a header carries it, so a malformed one is a wrong one, and counted.
  if (shown.malformed) shown.token = ",";
  const auto verdict = gate_.admit(shown.token, from.peer, from.peer_is_loopback, now);
  const std::string& path = into.asked.path;
  switch (verdict.is) {
    case gate::verdict::kind::admitted:
      break;
    case gate::verdict::kind::no_token:
      return unauthorized("a token is needed: send Authorization: Bearer <token>", path,
                          "Bearer realm=\"remora\"");
    case gate::verdict::kind::wrong_token:
      ++count_.wrong_tokens;
      return unauthorized("the token is not one of this server's", path,
                          "Bearer realm=\"remora\", error=\"invalid_token\"");
    case gate::verdict::kind::locked_out: {
      ++count_.lockouts;
      response out = problem(429, "too many wrong tokens came from this address: wait, then try again", path);
      out.headers.emplace_back("Retry-After", std::to_string(verdict.retry_after.count()));
      return out;
    }
    case gate::verdict::kind::not_local:
      return problem(403, "this server has no tokens configured, so it serves its own machine only", path);
  }
  into.asked.who = verdict.who;
  if (includes(verdict.who.grants, to.needs)) return std::nullopt;
  return problem(403,
                 "this needs the role " + std::string{name_of(to.needs)} + ", but the token has the role " +
                     std::string{config::to_string(verdict.who.grants)},
                 path);
}

judge::refusal judge::check_content(const passed& so_far, const request_head& head) {
  const route& to = *so_far.to;
  const std::string& path = so_far.asked.path;
  const bool body = has_body(head.headers);
  // A form cannot send this type, and a script of another site only after asking, which is not granted. So it
  // is demanded of requests without a body too; a DELETE is always asked for.
  const std::string_view wanted =
      to.body.max_bytes > 0 ? std::string_view{to.body.content_type} : std::string_view{"application/json"};
  const bool matters = is_mutating(to.verb) && (body || to.verb != method::remove);
  const auto type = find_header(head.headers, "Content-Type");
  if (matters && wanted != "*" && !equals_ignoring_case(media_type(type.value_or("")), wanted))
    return problem(415, "this needs Content-Type: " + std::string{wanted}, path);
  if (content_length(head.headers) > to.body.max_bytes || (body && is_websocket(to))) {
    const std::string most = std::to_string(to.body.max_bytes);
    return problem(
        413, to.body.max_bytes == 0 ? "this takes no body" : "the body may have " + most + " bytes at most",
        path);
  }
  const auto expected = find_header(head.headers, "Expect");
  if (expected && !equals_ignoring_case(*expected, "100-continue"))
    return problem(417, "the only Expect that is understood is 100-continue", path);
  return std::nullopt;
}

judge::refusal judge::check_query(const passed& so_far) {
  for (const auto& one : so_far.to->query)
    if (one.required && !so_far.asked.query_value(one.name))
      return problem(400, "the query parameter \"" + one.name + "\" is missing: " + one.summary,
                     so_far.asked.path);
  return std::nullopt;
}

tl::expected<judge::passed, response> judge::look_at(const request_head& head, const connection_facts& from,
                                                     std::uint64_t id, steady_time now) const {
  const auto refuse = [](response with) { return tl::unexpected<response>{std::move(with)}; };
  const std::string_view raw_path = path_of(head.target);
  if (auto no = check_framing(head, raw_path)) return refuse(std::move(*no));
  const auto verb = parse_method(head.verb);
  if (!verb)
    return refuse(problem(501, "the method " + remora::quoted(head.verb) + " is not served", raw_path));
  if (head.target.size() > most_target_bytes)
    return refuse(problem(414, "the target of the request is longer than 4096 bytes"));
  auto to = parse_target(head.target);
  if (!to) return refuse(problem(400, to.error().message, raw_path));
  if (auto no = check_host(head, *to, from)) return refuse(std::move(*no));

  passed out;
  auto place = routes_.find(*verb, to->segments, asks_for_websocket(head.headers));
  const bool whole_server = to->path == "*";
  if (*verb == method::options && (whole_server || !place.allowed.empty())) {
    response answer = no_content();
    answer.headers.emplace_back(
        "Allow", whole_server ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : list_of(place.allowed));
    return refuse(std::move(answer));
  }
  if (place.allowed.empty() || whole_server)
    return refuse(problem(404, "there is nothing at this path", to->path));
  if (place.needs_upgrade) {
    response answer = problem(426, "this path is a WebSocket's: connect to it as one", to->path);
    answer.headers.emplace_back("Upgrade", "websocket");
    return refuse(std::move(answer));
  }
  if (place.matched == nullptr) {
    response answer =
        problem(405, "this path does not take " + std::string{to_string(*verb)} + "; see Allow", to->path);
    answer.headers.emplace_back("Allow", list_of(place.allowed));
    return refuse(std::move(answer));
  }
  out.to = place.matched;
  out.asked.verb = *verb;
  out.asked.path = std::move(to->path);
  out.asked.parameters = std::move(place.parameters);
  out.asked.query = std::move(to->query);
  out.asked.peer = from.peer;
  out.asked.id = id;
  for (const auto& one : head.headers)
    if (!is_secret_header(one.first)) out.asked.headers.push_back(one);

  if (is_mutating(*verb) || is_websocket(*out.to))
    if (auto no = check_origin(head, from, out.asked.path)) return refuse(std::move(*no));
  if (auto no = check_role(out, head, from, now)) return refuse(std::move(*no));
  if (auto no = check_content(out, head)) return refuse(std::move(*no));
  if (auto no = check_query(out)) return refuse(std::move(*no));
  out.expects_continue = find_header(head.headers, "Expect").has_value();
  return out;
}

std::optional<response> judge::look_at_body(const route& to, const request& asked) {
  if (to.body.max_bytes > 0 && to.body.required && asked.body.empty())
    return problem(400, "this needs a body of " + to.body.content_type, asked.path);
  return std::nullopt;
}

} // namespace remora::http
