#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/request.hpp"
#include "http/responder.hpp"
#include "http/response.hpp"
#include "http/websocket.hpp"

namespace remora::http {

/// Who may use a route. Roles include those below them: an admin may do what an editor may.
enum class access : std::uint8_t {
  none,   ///< Everybody, without a token. Host and origin are still checked.
  viewer, ///< Reads.
  editor, ///< Changes scripts, jobs, state.
  admin,  ///< Everything.
};

/// Answers when it returns. Runs on a thread of the server's pool: it may block, for less than the time-out.
using blocking_handler = std::function<response(const request&)>;
/// Answers later, from any thread, through the responder. Called on a thread of the pool.
using later_handler = std::function<void(const request&, responder)>;
/// Answers at once on the thread that serves all connections: for what only reads memory (/livez). Must not
/// block.
using prompt_handler = blocking_handler;
/// A client has connected and may be sent to. Called on a thread of the pool; what it returns hears the
/// client.
using websocket_handler = std::function<websocket_events(const request&, websocket)>;

/// A query parameter, as it is documented. Values reach the handler as text: it checks them.
struct query_parameter {
  std::string name;
  std::string summary;
  bool required = false;                       ///< When missing, the router answers 400.
  std::string schema = R"({"type":"string"})"; ///< JSON Schema, as text. For the document only.
};

/// The body a route takes. The default: none, and a request that has one anyway is answered 413.
struct body_rule {
  std::size_t max_bytes = 0;                     ///< 1 MiB is the custom. Larger ones are answered 413.
  std::string content_type = "application/json"; ///< Others are answered 415; "*" takes all.
  std::string schema;                            ///< JSON Schema as text, for the document; empty: any.
  bool required = true;                          ///< An empty body is answered 400.
};

constexpr std::size_t usual_body_bytes = 1024 * 1024;

/// A body of JSON that follows this schema.
inline body_rule json_body(std::string schema, std::size_t max_bytes = usual_body_bytes) {
  return {max_bytes, "application/json", std::move(schema), true};
}

/// One route, as it is declared. Only `path` and one of the handlers must be given.
struct route {
  method verb = method::get;
  /// "/api/v1/scripts/{title}": a {parameter} is one segment of the path, decoded, so that it may hold any
  /// character but controls, a slash (%2F) included. "{rest*}" as the last segment takes one or more
  /// segments, joined by "/", none of which is "..", ".", or holds a slash or backslash: fit for looking up a
  /// file in a table. What is written out wins over a parameter.
  std::string path;
  access needs = access::viewer;
  std::string summary; ///< One line, for /openapi.json.
  /// Exactly one of them. make_route() and its kin pick the right alternative.
  std::variant<std::monostate, blocking_handler, later_handler, websocket_handler> handler;
  bool prompt = false; ///< The blocking_handler is called as a prompt_handler.
  std::vector<query_parameter> query;
  body_rule body;
  std::string answer_schema; ///< JSON Schema, as text, of the body of a 2xx; for the document.
  std::string answer_type = "application/json"; ///< Its content type; for the document.
  unsigned success = 200;                       ///< The status of success; for the document.
  std::chrono::milliseconds timeout{10'000};    ///< Without an answer by then: 504. Not for streams.
  std::vector<std::string> also_at; ///< Further patterns with the same parameters, for compatible paths.
  bool documented = true;           ///< False: not in /openapi.json (the dashboard's files).
  queue_limits queue;               ///< WebSockets only: what may wait for a slow client.
  std::size_t max_message_bytes = 64 * 1024; ///< WebSockets only: larger messages are answered with 1009.
};

/// Declares a route by what must be said. Further fields are set on what it returns.
route blocking_route(method verb, std::string path, access needs, std::string summary,
                     blocking_handler handler);
route later_route(method verb, std::string path, access needs, std::string summary, later_handler handler);
route prompt_route(method verb, std::string path, access needs, std::string summary, prompt_handler handler);
/// A WebSocket: GET with `Upgrade: websocket`. A plain GET at the same path may have a route of its own.
route websocket_route(std::string path, access needs, std::string summary, websocket_handler handler);

bool is_websocket(const route& one) noexcept;

/// All routes of a server, declared in one place before it starts; constant afterwards.
class router {
 public:
  /// Adds a route. A declaration that cannot work (a pattern that does not begin with "/", an unnamed or
  /// repeated parameter, no handler, a method with a pattern that is taken, a schema that is no JSON, a body
  /// on GET) is a mistake of the program: throws std::logic_error that says which and why.
  void add(route one);

  /// What was added, in that order: for /openapi.json and for tests that go through all routes.
  const std::vector<route>& routes() const noexcept { return routes_; }

  /// What a path leads to.
  struct found {
    const route* matched = nullptr; ///< Null: no route, or not for this method.
    fields parameters;              ///< Of the path.
    std::vector<method> allowed;    ///< The methods of this path, HEAD and OPTIONS included; empty: 404.
    bool needs_upgrade = false;     ///< The path is a WebSocket's and the request is no upgrade: 426.
  };
  /// @param segments the decoded segments of the path, see parse_target().
  found find(method verb, const std::vector<std::string>& segments, bool upgrade) const;

 private:
  struct segment {
    std::string text; ///< The literal, or the parameter's name.
    enum class kind : std::uint8_t { literal, parameter, rest } is = kind::literal;
  };
  struct pattern {
    std::vector<segment> segments;
    std::size_t route_index = 0;
  };
  static std::vector<segment> parse_pattern(const std::string& path);
  static bool matches(const pattern& one, const std::vector<std::string>& segments);
  static bool more_specific(const pattern& a, const pattern& b);

  std::vector<route> routes_;
  std::vector<pattern> patterns_;
};

} // namespace remora::http
