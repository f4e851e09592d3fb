#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

using http::method;
using http::request;
using http::response;
using protocol::job_action;

result<response> list(service& hub) {
  auto jobs = hub.jobs();
  if (!jobs) return pass_on(std::move(jobs));
  json_writer out;
  write_items(out, *jobs, [&](const job_view& one) { write(out, one); });
  return http::json_response(out.take());
}

result<response> order(service& hub, job_action what, const job_selection& which) {
  auto outcome = hub.order(what, which);
  if (!outcome) return pass_on(std::move(outcome));
  return http::json_response(to_document(*outcome));
}

handler order_one(service& hub, job_action what) {
  return [&hub, what](const request& asked) {
    const query_reader query{asked, wall_now()};
    job_selection which;
    which.tag = std::string{asked.parameter("tag")};
    which.script = query.text("script");
    return order(hub, what, which);
  };
}

handler order_all(service& hub, job_action what) {
  return [&hub, what](const request& asked) {
    job_selection which;
    which.script = query_reader{asked, wall_now()}.text("script");
    which.all = true;
    return order(hub, what, which);
  };
}

void takes_a_script(http::route& one) {
  one.query = {takes("script", "The title of a script: its jobs alone", schema::text)};
  one.answer_schema = schema::order_outcome();
}

} // namespace

void add_job_routes(http::router& into, service& hub) {
  add_route(
      into, method::get, "/jobs", "The jobs of all scripts, each with its nodes",
      [&hub](const request&) { return list(hub); },
      [](http::route& one) { one.answer_schema = schema::page_of(schema::job()); });
  struct verb {
    job_action what;
    const char* path;
    const char* does;
  };
  for (const auto& one : {verb{job_action::run, "/run", "Runs now, on every node that has it: "},
                          verb{job_action::pause, "/pause", "Pauses on every node: "},
                          verb{job_action::resume, "/resume", "Lets run by its schedule again: "}}) {
    add_route(into, method::post, std::string{"/jobs/{tag}"} + one.path, one.does + std::string{"a job"},
              order_one(hub, one.what), takes_a_script);
    add_route(into, method::post, std::string{"/jobs"} + one.path, one.does + std::string{"all jobs"},
              order_all(hub, one.what), takes_a_script);
  }
  add_route(into, method::remove, "/jobs/{tag}",
            "Removes a job from every node, until its script schedules it",
            order_one(hub, job_action::remove), takes_a_script);
  add_route(into, method::remove, "/jobs",
            "Removes all jobs from every node, until their scripts schedule them",
            order_all(hub, job_action::remove), takes_a_script);
}

} // namespace remora::hub
