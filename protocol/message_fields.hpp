#pragma once

#include "protocol/messages.hpp"
#include "protocol/query_fields.hpp"
#include "protocol/record_fields.hpp"
#include "protocol/wire/field.hpp"

// How the fields of messages are called on the wire; "v" and "t" are taken. See record_fields.hpp.
namespace remora::protocol {

constexpr auto fields(wire::record<hello>) {
  using m = hello;
  return std::make_tuple(
      wire::required("node", &m::node), wire::required("software", &m::software),
      wire::required("incarnation", &m::incarnation), wire::required("started", &m::started),
      wire::defaulted("generation", &m::generation), wire::defaulted("interfaces", &m::interfaces),
      wire::defaulted("addresses", &m::addresses));
}

constexpr auto fields(wire::record<heartbeat>) {
  return std::make_tuple(wire::required("clock", &heartbeat::clock),
                         wire::required("stats", &heartbeat::stats));
}

constexpr auto fields(wire::record<fetch_deployment>) {
  return std::make_tuple(wire::required("have", &fetch_deployment::have));
}

constexpr auto fields(wire::record<goodbye>) {
  return std::make_tuple(wire::defaulted("reason", &goodbye::reason));
}

constexpr auto fields(wire::record<script_status>) {
  return std::make_tuple(wire::required("state", &script_status::state));
}

constexpr auto fields(wire::record<jobs_changed>) {
  return std::make_tuple(wire::required("script", &jobs_changed::script),
                         wire::required("jobs", &jobs_changed::jobs));
}

constexpr auto fields(wire::record<numbered_run>) {
  return std::make_tuple(wire::required("id", &numbered_run::id), wire::required("run", &numbered_run::run));
}

constexpr auto fields(wire::record<job_runs>) {
  return std::make_tuple(wire::required("runs", &job_runs::runs));
}

constexpr auto fields(wire::record<numbered_line>) {
  return std::make_tuple(wire::required("sequence", &numbered_line::sequence),
                         wire::required("line", &numbered_line::line));
}

constexpr auto fields(wire::record<console_lines>) {
  return std::make_tuple(wire::required("lines", &console_lines::lines));
}

constexpr auto fields(wire::record<lines_dropped>) {
  return std::make_tuple(wire::required("script", &lines_dropped::script),
                         wire::required("count", &lines_dropped::count));
}

constexpr auto fields(wire::record<hub_action>) {
  using m = hub_action;
  return std::make_tuple(wire::required("script", &m::script), wire::required("action", &m::action),
                         wire::defaulted("argument_json", &m::argument_json));
}

constexpr auto fields(wire::record<action_delivery>) {
  using m = action_delivery;
  return std::make_tuple(wire::required("action", &m::action),
                         wire::defaulted("argument_json", &m::argument_json));
}

constexpr auto values(wire::record<job_action>) {
  return std::array{job_action::run, job_action::pause, job_action::resume, job_action::remove};
}

constexpr auto fields(wire::record<job_request>) {
  using m = job_request;
  return std::make_tuple(wire::required("script", &m::script), wire::required("what", &m::what),
                         wire::defaulted("tag", &m::tag), wire::defaulted("all", &m::all),
                         wire::defaulted("own", &m::own));
}

constexpr auto fields(wire::record<welcome>) {
  using m = welcome;
  return std::make_tuple(wire::required("software", &m::software), wire::required("epoch", &m::epoch),
                         wire::required("publish_port", &m::publish_port),
                         wire::required("heartbeat_interval", &m::heartbeat_interval),
                         wire::required("clock", &m::clock), wire::defaulted("generation", &m::generation));
}

constexpr auto fields(wire::record<refused>) {
  return std::make_tuple(wire::required("reason", &refused::reason));
}

constexpr auto fields(wire::record<hub_heartbeat>) {
  using m = hub_heartbeat;
  return std::make_tuple(wire::required("epoch", &m::epoch), wire::required("clock", &m::clock),
                         wire::defaulted("generation", &m::generation));
}

constexpr auto fields(wire::record<script_code>) {
  return std::make_tuple(wire::required("hash", &script_code::hash),
                         wire::required("code", &script_code::code));
}

constexpr auto fields(wire::record<deployment>) {
  return std::make_tuple(wire::required("manifest", &deployment::manifest));
}

constexpr auto fields(wire::record<job_order>) {
  using m = job_order;
  return std::make_tuple(wire::required("id", &m::id), wire::required("what", &m::what),
                         wire::defaulted("script", &m::script), wire::defaulted("tag", &m::tag),
                         wire::defaulted("all", &m::all));
}

constexpr auto fields(wire::record<deployment_changed>) {
  return std::make_tuple(wire::required("generation", &deployment_changed::generation));
}

} // namespace remora::protocol
