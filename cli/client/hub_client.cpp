#include "cli/client/hub_client.hpp"

#include <algorithm>

namespace remora::client {

namespace {

errc code_of(unsigned status) {
  switch (status) {
    case 400:
      return errc::invalid_usage;
    case 401:
    case 403:
      return errc::refused;
    case 404:
      return errc::not_found;
    case 409:
    case 412:
      return errc::conflict;
    case 422:
      return errc::invalid_script;
    default:
      return errc::io_failed;
  }
}

/// What the problem document says, RFC 9457; or the status alone.
std::string said_by(const answer& said) {
  const auto problem = parse_json(said.body);
  const std::string title = problem ? text_of(*problem, "title") : "";
  const std::string detail = problem ? text_of(*problem, "detail") : "";
  if (!detail.empty()) return detail;
  return title.empty() ? "status " + std::to_string(said.status) : title;
}

/// The role that a call needs, as the hub's API hands them out.
std::string role_for(const call& to) {
  return to.method == "GET" || to.method == "HEAD" ? "viewer" : "editor";
}

} // namespace

error error_of(const answer& said, const call& to, const std::string& hub, bool had_token) {
  const std::string reason = said_by(said);
  switch (said.status) {
    case 401:
      return {errc::refused, "the hub at " + hub +
                                 (had_token ? " does not know this token: " : " wants a token: ") + reason +
                                 "; give one of role " + role_for(to) +
                                 " or higher in REMORA_TOKEN or with --token-file"};
    case 403:
      return {errc::refused, "the hub at " + hub + " does not allow this: " + reason +
                                 "; it takes a token of role " + role_for(to) + " or higher"};
    case 429:
      return {errc::refused,
              "the hub at " + hub +
                  " takes no tokens from here for a while, after too many wrong ones: " + reason};
    default:
      break;
  }
  if (code_of(said.status) == errc::io_failed)
    return {errc::io_failed, "the hub at " + hub + " answers " + std::to_string(said.status) + ": " + reason};
  return {code_of(said.status), reason};
}

request hub_client::request_for(const call& what) const {
  request out;
  out.method = what.method;
  out.target = (what.outside ? "" : "/api/v1") + what.path + query_text(what.query);
  out.headers = what.headers;
  if (!token_.empty()) out.headers.emplace_back("Authorization", "Bearer " + token_);
  out.headers.emplace_back("X-Kubeshark-Capture", "ignore"); // workers leave out our own traffic
  // Also without a body: a page in a browser cannot send this type, so a hub asks for it before it changes
  // anything.
  if (what.method != "GET" && what.method != "HEAD")
    out.headers.emplace_back("Content-Type", "application/json");
  if (what.body) out.body = to_text(*what.body);
  return out;
}

result<answer> hub_client::exchange(const call& what) const {
  if (what.answer_time.count() == 0) return client::exchange(how_, request_for(what));
  reach patient = how_;
  patient.answer_time = what.answer_time;
  return client::exchange(patient, request_for(what));
}

result<std::string> hub_client::fetch(const call& what) const {
  auto said = exchange(what);
  if (!said) return pass_on(std::move(said));
  if (said->status / 100 != 2)
    return tl::unexpected<error>(error_of(*said, what, address(), !token_.empty()));
  return std::move(said->body);
}

result<answer> hub_client::download(const call& what,
                                    const std::function<bool(std::string_view)>& take) const {
  reach patient = how_;
  if (what.answer_time.count() != 0) patient.answer_time = what.answer_time;
  auto said = client::download(patient, request_for(what), take);
  if (said && said->status / 100 != 2)
    return tl::unexpected<error>(error_of(*said, what, address(), !token_.empty()));
  return said;
}

result<json> hub_client::ask(const call& what) const {
  auto body = fetch(what);
  if (!body) return pass_on(std::move(body));
  if (body->empty()) return json{};
  auto document = parse_json(*body);
  if (!document)
    return fail(errc::malformed_message, "what listens at " + address() +
                                             " does not answer as a hub does: no JSON; is --hub (or "
                                             "REMORA_HUB) right?");
  return *std::move(document);
}

result<json> hub_client::ask_all(call what, std::size_t most) const {
  json all;
  while (true) {
    auto page = ask(what);
    if (!page) return page;
    if (!page->is_object() || !member_of(*page, "items").is_array())
      return fail(errc::malformed_message,
                  "the hub at " + address() + " answers without a list; is it of another version?");
    json items = list_of(*page, "items");
    const std::string next = text_of(*page, "next");
    if (all.is_null()) {
      all = *std::move(page);
    } else {
      for (json& item : items)
        all["items"].push_back(std::move(item));
    }
    json& list = all["items"];
    const bool enough = list.size() >= most;
    if (list.size() > most) list.erase(list.begin() + static_cast<std::ptrdiff_t>(most), list.end());
    // A page that is empty and has another behind it is no answer of a hub: do not ask for ever.
    if (next.empty() || enough || items.empty()) break;
    what.query.erase(std::remove_if(what.query.begin(), what.query.end(),
                                    [](const auto& one) { return one.first == "cursor"; }),
                     what.query.end());
    what.query.emplace_back("cursor", next);
  }
  all["next"] = nullptr;
  return all;
}

result<std::unique_ptr<web_socket>> hub_client::follow(const call& what) const {
  std::optional<answer> refused_with;
  auto opened = web_socket::open(how_, request_for(what), refused_with);
  if (!opened && refused_with)
    return tl::unexpected<error>(error_of(*refused_with, what, address(), !token_.empty()));
  return opened;
}

} // namespace remora::client
