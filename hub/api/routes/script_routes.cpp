#include <utility>

#include "base/value.hpp"
#include "http/etag.hpp"
#include "http/problem.hpp"
#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/script_body.hpp"
#include "hub/api/routes/script_versions.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

using http::method;
using http::request;
using http::response;

/// A script of the largest size may become several times as long as JSON, when each character is escaped.
constexpr std::size_t largest_body = 6 * max_script_bytes + 4096;
/// Checking the largest script takes seconds, and waits for others that are checked.
constexpr std::chrono::milliseconds check_time{30'000};

std::string title_of(const request& asked) { return std::string{asked.parameter("title")}; }

response answer_with(const stored_script& script, unsigned status = 200) {
  json_writer out;
  write(out, script, with_code::yes);
  auto answer = http::json_response(out.take(), status);
  answer.headers.emplace_back("ETag", etag_of(script));
  return answer;
}

result<response> list(service& hub, const request& asked) {
  query_reader query{asked, wall_now()};
  const auto code = query.flag("code") ? with_code::yes : with_code::no;
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  // The number first: with a change in between it is too low, and a client that compares it reads again.
  auto generation = hub.generation();
  if (!generation) return pass_on(std::move(generation));
  auto scripts = hub.scripts();
  if (!scripts) return pass_on(std::move(scripts));
  json_writer out;
  out.object([&] {
    out.member("items").list_of(*scripts, [&](const stored_script& one) { write(out, one, code); });
    out.null("next").number("generation", *generation);
  });
  return http::json_response(out.take());
}

result<response> show(service& hub, const request& asked) {
  auto script = hub.script(title_of(asked));
  if (!script) return pass_on(std::move(script));
  if (!http::is_not_modified(asked, etag_of(*script))) return answer_with(*script);
  response unchanged = http::no_content();
  unchanged.status = 304;
  unchanged.headers.emplace_back("ETag", etag_of(*script));
  return unchanged;
}

/// Does `change` under the conditions of the request, and answers 412 when they do not hold, also when they
/// ceased to while we were at it. Without conditions the conflict of others is passed on as 409.
template <class Change>
result<response> change_if(service& hub, const request& asked, const Change& change) {
  auto demand = read_demand(asked, hub, title_of(asked));
  if (!demand) return pass_on(std::move(demand));
  if (!demand->broken.empty()) return http::problem(412, demand->broken, asked.path);
  result<response> done = change(*demand);
  if (!done && done.error() == errc::conflict && demand->expected) {
    return http::problem(412, done.error().message, asked.path);
  }
  return done;
}

result<response> put(service& hub, const request& asked) {
  auto body = read_script_body(asked, {"active", "file"});
  if (!body) return pass_on(std::move(body));
  return change_if(hub, asked, [&](const version_demand& demand) -> result<response> {
    auto stored = hub.put_script(
        {title_of(asked), std::move(body->code), std::move(body->file), body->active}, demand.expected);
    if (!stored) return pass_on(std::move(stored));
    return answer_with(*stored, demand.exists ? 200 : 201);
  });
}

result<response> remove(service& hub, const request& asked) {
  return change_if(hub, asked, [&](const version_demand& demand) -> result<response> {
    auto removed = hub.remove_script(title_of(asked), demand.expected);
    if (!removed) return pass_on(std::move(removed));
    return http::no_content();
  });
}

handler set_active(service& hub, bool active) {
  return [&hub, active](const request& asked) {
    return change_if(hub, asked, [&](const version_demand& demand) -> result<response> {
      auto script = hub.set_active(title_of(asked), active, demand.expected);
      if (!script) return pass_on(std::move(script));
      return answer_with(*script);
    });
  };
}

result<response> status(service& hub, const request& asked) {
  auto script = hub.script(title_of(asked));
  if (!script) return pass_on(std::move(script));
  auto nodes = hub.script_status(script->title);
  if (!nodes) return pass_on(std::move(nodes));
  json_writer out;
  out.object([&] {
    out.text("title", script->title).hash("hash", script->hash);
    out.member("items").list_of(*nodes, [&](const script_on_node& one) { write(out, one); });
    out.null("next");
  });
  return http::json_response(out.take());
}

result<response> status_of_all(service& hub) {
  auto all = hub.all_script_status();
  if (!all) return pass_on(std::move(all));
  json_writer out;
  write_items(out, *all, [&](const auto& one) { write(out, one); });
  return http::json_response(out.take());
}

result<response> check(service& hub, const request& asked) {
  auto body = read_script_body(asked, {"title"});
  if (!body) return pass_on(std::move(body));
  auto title = body->title.value_or(script_title(body->code, {}));
  if (title.empty()) title = "script"; // errors begin with it
  auto sound = hub.check_script({0, title, title, std::move(body->code)});
  if (!sound) return pass_on(std::move(sound));
  return http::json_response(R"({"ok":true})");
}

result<response> env(service& hub) {
  auto masked = hub.masked_env();
  if (!masked) return pass_on(std::move(masked));
  return http::json_response(masked->is_null() ? "{}" : to_json(*masked));
}

void answers_a_script(http::route& one) { one.answer_schema = schema::script(); }

} // namespace

void add_script_routes(http::router& into, service& hub) {
  const auto with_hub = [&hub](auto handle) {
    return [&hub, handle](const request& asked) { return handle(hub, asked); };
  };
  add_route(into, method::get, "/scripts", "The scripts, and the number of their deployment", with_hub(list),
            [](http::route& one) {
              one.query = {takes("code", "true: each with its code", schema::boolean)};
              one.answer_schema = schema::script_list();
            });
  add_route(into, method::get, "/scripts/{title}", "A script with its code and its ETag", with_hub(show),
            answers_a_script);
  add_route(
      into, method::put, "/scripts/{title}",
      "Stores a script and deploys it; 201 when it is new, 422 with line and column when it is not valid. "
      "\"file\" says where it came from and is only shown. If-Match and If-None-Match: * guard against the "
      "changes of others",
      with_hub(put), [](http::route& one) {
        one.body = http::json_body(
            schema::object(
                {{"code", schema::text}, {"active?", schema::boolean}, {"file?", schema::script_file}}),
            largest_body);
        one.timeout = check_time;
        answers_a_script(one);
      });
  add_route(into, method::remove, "/scripts/{title}", "Stops a script on every node and forgets it",
            with_hub(remove), [](http::route& one) { one.success = 204; });
  add_route(into, method::post, "/scripts/{title}/activate", "Lets a script run", set_active(hub, true),
            answers_a_script);
  add_route(into, method::post, "/scripts/{title}/deactivate", "Stops a script and keeps it",
            set_active(hub, false), answers_a_script);
  add_route(into, method::get, "/scripts/{title}/status",
            "How a script fares on each node: which version runs, or why not", with_hub(status),
            [](http::route& one) { one.answer_schema = schema::script_status(); });
  add_route(
      into, method::get, "/script-status", "How every script fares on each node",
      [&hub](const request&) { return status_of_all(hub); },
      [](http::route& one) { one.answer_schema = schema::status_of_all(); });
  add_route(
      into, method::post, "/scripts/check", "Checks a script without storing it; 422 when it is not valid",
      with_hub(check), [](http::route& one) {
        one.body =
            http::json_body(schema::object({{"code", schema::text}, {"title?", schema::text}}), largest_body);
        one.timeout = check_time;
        one.answer_schema = schema::object({{"ok", schema::boolean}});
      });
  add_route(
      into, method::get, "/env", "The names in scripting.env; values are masked",
      [&hub](const request&) { return env(hub); },
      [](http::route& one) { one.answer_schema = R"({"type":"object"})"; });
}

} // namespace remora::hub
