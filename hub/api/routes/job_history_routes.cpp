#include "http/ascii.hpp"
#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/csv.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/gather_pages.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

using http::method;
using http::request;
using http::response;

/// Folding reads every run of the span.
constexpr std::chrono::milliseconds fold_time{60'000};

constexpr std::string_view time_or_ago = R"({"type":"string","examples":["2026-01-31T12:00:00Z","5m"]})";

run_filter read_filter(const request& asked, query_reader& query) {
  run_filter which;
  which.tag = std::string{asked.parameter("tag")};
  which.script = query.text("script");
  which.node = query.text("node");
  which.since = query.instant("since");
  which.until = query.instant("until");
  return which;
}

std::vector<http::query_parameter> filter_parameters() {
  return {takes("since", "Planned at or after: a time, or that long ago", time_or_ago),
          takes("until", "Planned before: a time, or that long ago", time_or_ago),
          takes("node", "Of one node", schema::text),
          takes("script", "Of one script, by its title", schema::text)};
}

result<response> runs(service& hub, const request& asked) {
  query_reader query{asked, wall_now()};
  const auto which = read_filter(asked, query);
  const bool by_instant = query.word("by", {"run", "instant"}) == "instant";
  const auto page = query.page();
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  const auto write_one = [](json_writer& out, const auto& one) { write(out, one); };
  auto list =
      by_instant
          ? gather_pages(
                page,
                [&](std::size_t limit, const std::string& cursor) {
                  return hub.instants(which, limit, cursor);
                },
                write_one)
          : gather_pages(
                page,
                [&](std::size_t limit, const std::string& cursor) { return hub.runs(which, limit, cursor); },
                write_one);
  if (!list) return pass_on(std::move(list));
  return http::json_response(std::move(*list));
}

/// CSV when ?format=csv says so, or when nothing does and Accept names it and does not name JSON.
bool wants_csv(const request& asked, std::string_view format) {
  if (!format.empty()) return format == "csv";
  bool csv = false;
  bool json = false;
  http::for_each_element(asked.header("Accept").value_or(std::string_view{}), [&](std::string_view one) {
    const auto type = http::trimmed(one.substr(0, one.find(';')));
    csv = csv || http::equals_ignoring_case(type, "text/csv");
    json = json || http::equals_ignoring_case(type, "application/json");
    return true;
  });
  return csv && !json;
}

fold_request read_fold(query_reader& query) {
  fold_request fold;
  fold.field = query.text("field");
  fold.kind = fold_kind_of(query.word("fold", {"sum", "avg", "min", "max", "count", "p50", "p95", "p99"}))
                  .value_or(fold_kind::sum);
  const auto by = query.word("by", {"", "node", "time"});
  fold.by = by == "node" ? fold_by::node : by == "time" ? fold_by::time : fold_by::nothing;
  fold.step = query.duration("step").value_or(nanoseconds{0});
  return fold;
}

result<response> aggregate(service& hub, const request& asked) {
  query_reader query{asked, wall_now()};
  const auto which = read_filter(asked, query);
  const auto fold = read_fold(query);
  const bool as_csv = wants_csv(asked, query.word("format", {"", "json", "csv"}));
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  const bool has_step = fold.step > nanoseconds{0};
  if (has_step != (fold.by == fold_by::time)) {
    return fail(errc::invalid_usage, has_step
                                         ? "\"step\" goes with by=time alone: add it, or leave step out"
                                         : "by=time needs \"step\", the width of a bucket, such as step=5m");
  }
  auto folded = hub.aggregate(which, fold);
  if (!folded) return pass_on(std::move(folded));
  response answer;
  if (as_csv) {
    answer = http::text_response(to_csv(*folded, fold.by));
    answer.content_type = "text/csv; charset=utf-8; header=present";
  } else {
    json_writer out;
    write(out, *folded, which.tag, fold);
    answer = http::json_response(out.take());
  }
  answer.headers.emplace_back("Vary", "Accept");
  return answer;
}

} // namespace

void add_job_history_routes(http::router& into, service& hub) {
  add_route(
      into, method::get, "/jobs/{tag}/runs",
      "The runs of a job, the last planned first; or planned instants with all nodes side by side",
      [&hub](const request& asked) { return runs(hub, asked); },
      [](http::route& one) {
        one.query = filter_parameters();
        one.query.push_back(takes("by", "What an item is", schema::one_of({"run", "instant"})));
        for (auto& each : http::page_parameters())
          one.query.push_back(std::move(each));
        one.answer_schema = schema::runs_or_instants();
      });
  add_route(
      into, method::get, "/jobs/{tag}/aggregate",
      "The results of a job folded over nodes and time, as JSON or (Accept: text/csv) as CSV",
      [&hub](const request& asked) { return aggregate(hub, asked); },
      [](http::route& one) {
        one.query = filter_parameters();
        one.query.push_back(
            takes("field", "Of results that are objects, a.b for an inner one; without it every number",
                  schema::text));
        one.query.push_back(
            takes("fold", "How numbers become one; sum unless said otherwise",
                  schema::one_of({"sum", "avg", "min", "max", "count", "p50", "p95", "p99"})));
        one.query.push_back(takes("by", "A group for each", schema::one_of({"node", "time"})));
        one.query.push_back(takes("step", "Of by=time: the width of a bucket, such as 5m", schema::text));
        one.query.push_back(takes("format", "Wins over Accept", schema::one_of({"json", "csv"})));
        one.timeout = fold_time;
        one.answer_schema = schema::folded();
      });
}

} // namespace remora::hub
