#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/console_query.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/gather_pages.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

result<http::response> lines(service& hub, const http::request& asked) {
  query_reader query{asked, wall_now()};
  auto which = read_line_filter(query);
  which.since = query.instant("since");
  which.until = query.instant("until");
  const auto page = query.page();
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  auto list = gather_pages(
      page, [&](std::size_t limit, const std::string& cursor) { return hub.lines(which, limit, cursor); },
      [](json_writer& out, const stored_line& one) { write(out, one); });
  if (!list) return pass_on(std::move(list));
  return http::json_response(std::move(*list));
}

} // namespace

line_filter read_line_filter(query_reader& query) {
  line_filter which;
  which.script = query.text("script");
  which.node = query.text("node");
  which.lowest = query.level("level");
  return which;
}

std::vector<http::query_parameter> line_filter_parameters() {
  return {
      takes("script", "Of one script, by its title", schema::text),
      takes("node", "Of one node", schema::text),
      takes("level", "The lowest that is shown", schema::one_of({"debug", "info", "log", "warn", "error"}))};
}

void add_console_routes(http::router& into, service& hub) {
  add_route(
      into, http::method::get, "/console", "What scripts printed, the last lines first",
      [&hub](const http::request& asked) { return lines(hub, asked); },
      [](http::route& one) {
        one.query = line_filter_parameters();
        one.query.push_back(takes("since", "Printed at or after: a time, or that long ago", schema::text));
        one.query.push_back(takes("until", "Printed before: a time, or that long ago", schema::text));
        for (auto& each : http::page_parameters())
          one.query.push_back(std::move(each));
        one.answer_schema = schema::page_of(schema::line());
      });
}

} // namespace remora::hub
