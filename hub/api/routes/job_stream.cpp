#include <limits>

#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"
#include "hub/api/routes/store_feed.hpp"

namespace remora::hub {

namespace {

using feeds_ptr = std::shared_ptr<live_feeds>;
using run_feed = store_feed<followed_runs>;

result<std::int64_t> start_of(service& hub, std::optional<std::int64_t> after) {
  auto newest = hub.last_run();
  if (!newest) return pass_on(std::move(newest));
  return after ? resume_at(*after, *newest) : *newest;
}

http::websocket_events follow(service& hub, const feeds_ptr& feeds, const http::request& asked,
                              const http::websocket& client) {
  query_reader query{asked, wall_now()};
  run_filter which;
  which.tag = query.text("tag");
  which.script = query.text("script");
  which.node = query.text("node");
  const auto after = query.number("after", 0, std::numeric_limits<std::int64_t>::max());
  if (query.failed()) return refuse(client, *query.failed(), asked.id);
  const auto start = start_of(hub, after);
  if (!start) return refuse(client, start.error(), asked.id);
  run_feed::source from{
      [&hub, which](std::int64_t last, std::size_t limit) { return hub.follow_runs(which, last, limit); },
      [](const stored_run& run) -> result<std::string> { return to_document(run); },
      [&hub] { return hub.last_run(); }};
  feeds->add(client, topic::runs, std::make_unique<run_feed>(std::move(from), *start));
  return forget_when_closed(feeds, client);
}

} // namespace

void add_job_stream(http::router& into, service& hub, const feeds_ptr& feeds) {
  add_stream(
      into, std::string{api_root} + "/jobs", "Runs of jobs as they are stored, a run a message",
      [&hub, feeds](const http::request& asked, const http::websocket& client) {
        return follow(hub, feeds, asked, client);
      },
      [](http::route& one) {
        one.query = {
            takes("tag", "Of one tag", schema::text),
            takes("script", "Of one script, by its title", schema::text),
            takes("node", "Of one node", schema::text),
            takes("after", "Begin after the run of this id: for a client that comes back", schema::integer)};
        one.queue = feed_queue();
        one.answer_schema = schema::run();
      });
}

} // namespace remora::hub
