#include <limits>

#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/console_query.hpp"
#include "hub/api/routes/console_start.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/log_lines.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"
#include "hub/api/routes/store_feed.hpp"

namespace remora::hub {

namespace {

using feeds_ptr = std::shared_ptr<live_feeds>;
using line_feed = store_feed<followed_lines>;

/// What the compatible stream gives a client that has just come: as many lines as its users know.
constexpr std::size_t replayed_lines = 1000;

/// Where a client begins, as it asked for it with ?after= or ?tail=.
result<std::int64_t> start_of(service& hub, query_reader& query, const line_filter& which,
                              std::size_t usual_tail) {
  const auto after = query.number("after", 0, std::numeric_limits<std::int64_t>::max());
  const auto tail = query.number("tail", 0, longest_tail);
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  if (after && tail) {
    return fail(errc::invalid_usage, "\"after\" and \"tail\" both say where to begin: give one of them");
  }
  if (!after) return before_tail(hub, which, tail ? static_cast<std::size_t>(*tail) : usual_tail);
  auto newest = hub.last_line();
  if (!newest) return pass_on(std::move(newest));
  return resume_at(*after, *newest);
}

line_feed::source lines_of(service& hub, const line_filter& which) {
  return {
      [&hub, which](std::int64_t after, std::size_t limit) { return hub.follow_lines(which, after, limit); },
      {},
      [&hub] { return hub.last_line(); }};
}

http::websocket_events begin(const feeds_ptr& feeds, const http::websocket& client, line_feed::source from,
                             std::int64_t after) {
  feeds->add(client, topic::console, std::make_unique<line_feed>(std::move(from), after));
  return forget_when_closed(feeds, client);
}

http::websocket_events follow_console(service& hub, const feeds_ptr& feeds, const http::request& asked,
                                      const http::websocket& client) {
  query_reader query{asked, wall_now()};
  const auto which = read_line_filter(query);
  const auto after = start_of(hub, query, which, 0);
  if (!after) return refuse(client, after.error(), asked.id);
  auto from = lines_of(hub, which);
  from.message = [](const stored_line& line) -> result<std::string> { return to_document(line); };
  return begin(feeds, client, std::move(from), *after);
}

http::websocket_events follow_logs(service& hub, const feeds_ptr& feeds, const http::request& asked,
                                   const http::websocket& client) {
  query_reader query{asked, wall_now()};
  const auto which = read_line_filter(query);
  const bool as_json = query.word("format", {"text", "json"}) == "json";
  const auto after = start_of(hub, query, which, replayed_lines);
  if (!after) return refuse(client, after.error(), asked.id);
  auto from = lines_of(hub, which);
  from.message = [writer = std::make_shared<log_lines>(hub), as_json](const stored_line& line) {
    return as_json ? writer->as_json(line) : writer->as_text(line);
  };
  return begin(feeds, client, std::move(from), *after);
}

void follows_lines(http::route& one) {
  one.query = line_filter_parameters();
  one.query.push_back(takes("tail", "Begin with that many of the last lines, up to 10000", schema::count));
  one.query.push_back(
      takes("after", "Begin after the line of this id: for a client that comes back", schema::integer));
  one.queue = feed_queue();
}

} // namespace

void add_console_streams(http::router& into, service& hub, const feeds_ptr& feeds) {
  add_stream(
      into, std::string{api_root} + "/console", "What scripts print, a line a message as GET gives it",
      [&hub, feeds](const http::request& asked, const http::websocket& client) {
        return follow_console(hub, feeds, asked, client);
      },
      [](http::route& one) {
        follows_lines(one);
        one.answer_schema = schema::line();
      });
  add_stream(
      into, "/api/scripts/logs",
      "What scripts print, the last 1000 lines first, as text: [node-index] text (compatible)",
      [&hub, feeds](const http::request& asked, const http::websocket& client) {
        return follow_logs(hub, feeds, asked, client);
      },
      [](http::route& one) {
        follows_lines(one);
        one.query.push_back(takes("format", "text unless said otherwise", schema::one_of({"text", "json"})));
        one.also_at = {"/scripts/logs"};
        one.queue.dropped_text = [](std::uint64_t count) {
          return "[hub-?:ERROR] " + std::to_string(count) + " lines were dropped: the client is too slow";
        };
      });
}

} // namespace remora::hub
