#include "hub/api/routes/declare.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "base/nearest_names.hpp"
#include "base/utf8.hpp"
#include "base/value.hpp"
#include "http/problem.hpp"

namespace remora::hub {

namespace {

std::vector<std::string> names_of(const std::vector<http::query_parameter>& declared) {
  std::vector<std::string> names;
  names.reserve(declared.size());
  for (const auto& one : declared)
    names.push_back(one.name);
  return names;
}

std::string unknown_name(const std::string& name, const std::vector<std::string>& known) {
  std::string text = "there is no query parameter " + remora::quoted(name) + " here";
  const std::vector<std::string_view> names{known.begin(), known.end()};
  if (const auto near = did_you_mean(name, names); !near.empty()) return text + near;
  if (known.empty()) return text + ": this route takes none";
  text += "; there are";
  for (const auto& one : known)
    text += (&one == &known.front() ? " \"" : ", \"") + one + '"';
  return text;
}

} // namespace

result<void> check_names(const http::fields& query, const std::vector<std::string>& known) {
  for (auto at = query.begin(); at != query.end(); ++at) {
    if (std::find(known.begin(), known.end(), at->first) == known.end()) {
      return fail(errc::invalid_usage, unknown_name(at->first, known));
    }
    const auto same = [&](const auto& other) { return other.first == at->first; };
    if (std::any_of(query.begin(), at, same)) {
      return fail(errc::invalid_usage, "the query parameter \"" + at->first + "\" comes twice; say it once");
    }
  }
  return {};
}

void add_route(http::router& into, http::method verb, const std::string& path, std::string summary,
               handler answer, const refinement& refine) {
  const auto needs = http::is_mutating(verb) ? http::access::editor : http::access::viewer;
  auto one = http::blocking_route(verb, std::string{api_root} + path, needs, std::move(summary), {});
  if (refine) refine(one);
  one.handler = http::blocking_handler{
      [answer = std::move(answer), known = names_of(one.query)](const http::request& asked) {
        if (auto names = check_names(asked.query, known); !names) {
          return http::problem_from(names.error(), asked);
        }
        auto answered = answer(asked);
        return answered ? std::move(*answered) : http::problem_from(answered.error(), asked);
      }};
  into.add(std::move(one));
}

void add_later_route(http::router& into, const std::string& path, std::string summary, later_handler answer,
                     const refinement& refine) {
  auto one = http::later_route(http::method::get, std::string{api_root} + path, http::access::viewer,
                               std::move(summary), {});
  if (refine) refine(one);
  one.handler = http::later_handler{[answer = std::move(answer), known = names_of(one.query)](
                                        const http::request& asked, const http::responder& to) {
    auto done = check_names(asked.query, known);
    if (done) done = answer(asked, to);
    if (!done) to.answer(http::problem_from(done.error(), asked));
  }};
  into.add(std::move(one));
}

void add_stream(http::router& into, std::string path, std::string summary, http::websocket_handler connected,
                const refinement& refine) {
  auto one = http::websocket_route(std::move(path), http::access::viewer, std::move(summary), {});
  if (refine) refine(one);
  one.handler = http::websocket_handler{[connected = std::move(connected), known = names_of(one.query)](
                                            const http::request& asked, const http::websocket& client) {
    auto names = check_names(asked.query, known);
    return names ? connected(asked, client) : refuse(client, names.error(), asked.id);
  }};
  into.add(std::move(one));
}

http::websocket_events refuse(const http::websocket& client, const error& why, std::uint64_t request_id) {
  const bool is_ours = http::status_of(why.code, false) == 500;
  std::string text = why.message;
  if (is_ours) {
    log::error("stream-failed", "request=", request_id, " code=", to_string(why.code), " what=", why.message);
    text = "the hub failed; its log says why under request " + std::to_string(request_id);
  }
  client.send(to_json(value::map{{"error", text}}));
  client.close(is_ours ? http::close_code::internal_error : http::close_code::policy_violation, text);
  return {};
}

http::query_parameter takes(std::string name, std::string summary, std::string_view schema) {
  return {std::move(name), std::move(summary), false, std::string{schema}};
}

} // namespace remora::hub
