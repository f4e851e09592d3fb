#pragma once

#include "protocol/console_line.hpp"
#include "protocol/deployment.hpp"
#include "protocol/job_run.hpp"
#include "protocol/node_stats.hpp"
#include "protocol/scheduled_job.hpp"
#include "protocol/script_hash.hpp"
#include "protocol/script_state.hpp"
#include "protocol/wire/field.hpp"

// How the records of protocol/ are called on the wire, in the order of their members. Names are kept for
// ever: a field that is no longer needed is left out, its name not used again.
namespace remora {

namespace wire {

template <>
struct text_form<script_hash> {
  static std::string write(const script_hash& hash) { return to_hex(hash); }
  static std::optional<script_hash> read(std::string_view text) { return parse_script_hash(text); }
  static constexpr std::string_view expects = "64 hexadecimal digits";
};

} // namespace wire

constexpr auto values(wire::record<console_level>) {
  return std::array{console_level::debug, console_level::info, console_level::log, console_level::warn,
                    console_level::error};
}

constexpr auto fields(wire::record<console_line>) {
  using r = console_line;
  return std::make_tuple(wire::required("time", &r::time), wire::required("node", &r::node),
                         wire::required("script", &r::script), wire::required("level", &r::level),
                         wire::required("text", &r::text));
}

constexpr auto values(wire::record<job_outcome>) {
  return std::array{job_outcome::passed, job_outcome::failed, job_outcome::skipped, job_outcome::timed_out};
}

constexpr auto fields(wire::record<job_run>) {
  using r = job_run;
  return std::make_tuple(wire::required("node", &r::node), wire::required("script", &r::script),
                         wire::required("tag", &r::tag), wire::required("planned", &r::planned),
                         wire::defaulted("started", &r::started), wire::defaulted("duration", &r::duration),
                         wire::required("outcome", &r::outcome),
                         wire::defaulted("result_json", &r::result_json), wire::defaulted("error", &r::error),
                         wire::defaulted("console", &r::console));
}

constexpr auto fields(wire::record<deployed_script>) {
  using r = deployed_script;
  return std::make_tuple(wire::required("index", &r::index), wire::required("title", &r::title),
                         wire::required("hash", &r::hash), wire::defaulted("file", &r::file));
}

constexpr auto fields(wire::record<deployed_limits>) {
  using r = deployed_limits;
  return std::make_tuple(wire::defaulted("turn", &r::turn), wire::defaulted("load", &r::load),
                         wire::defaulted("job", &r::job), wire::defaulted("memory_bytes", &r::memory_bytes),
                         wire::defaulted("queue_events", &r::queue_events),
                         wire::defaulted("file_quota_bytes", &r::file_quota_bytes));
}

constexpr auto fields(wire::record<paused_job>) {
  return std::make_tuple(wire::required("script", &paused_job::script),
                         wire::required("tag", &paused_job::tag));
}

constexpr auto fields(wire::record<filter_macro>) {
  return std::make_tuple(wire::required("name", &filter_macro::name),
                         wire::required("text", &filter_macro::text));
}

constexpr auto fields(wire::record<deployment_manifest>) {
  using r = deployment_manifest;
  return std::make_tuple(wire::required("generation", &r::generation), wire::required("scripts", &r::scripts),
                         wire::defaulted("env_json", &r::env_json), wire::defaulted("limits", &r::limits),
                         wire::defaulted("timezone", &r::timezone), wire::defaulted("paused", &r::paused),
                         wire::defaulted("archive_prefix", &r::archive_prefix),
                         wire::defaulted("macros", &r::macros),
                         wire::defaulted("redaction_fail_closed", &r::redaction_fail_closed));
}

constexpr auto fields(wire::record<script_totals>) {
  using r = script_totals;
  return std::make_tuple(
      wire::required("title", &r::title), wire::defaulted("hook_calls", &r::hook_calls),
      wire::defaulted("errors", &r::errors), wire::defaulted("dropped_events", &r::dropped_events),
      wire::defaulted("dropped_lines", &r::dropped_lines), wire::defaulted("suspensions", &r::suspensions),
      wire::defaulted("queued_events", &r::queued_events), wire::defaulted("suspended", &r::suspended),
      wire::defaulted("undecided_filters", &r::undecided_filters));
}

constexpr auto fields(wire::record<node_stats>) {
  using r = node_stats;
  return std::make_tuple(wire::defaulted("uptime", &r::uptime), wire::defaulted("generation", &r::generation),
                         wire::defaulted("packets", &r::packets), wire::defaulted("bytes", &r::bytes),
                         wire::defaulted("kernel_dropped", &r::kernel_dropped),
                         wire::defaulted("interface_dropped", &r::interface_dropped),
                         wire::defaulted("decode_errors", &r::decode_errors),
                         wire::defaulted("waiting_records", &r::waiting_records),
                         wire::defaulted("waiting_bytes", &r::waiting_bytes),
                         wire::defaulted("dropped_records", &r::dropped_records),
                         wire::defaulted("scripts", &r::scripts));
}

constexpr auto fields(wire::record<scheduled_job>) {
  using r = scheduled_job;
  return std::make_tuple(wire::required("tag", &r::tag), wire::required("cron", &r::cron),
                         wire::defaulted("limit", &r::limit), wire::defaulted("runs", &r::runs),
                         wire::defaulted("next", &r::next), wire::defaulted("paused", &r::paused));
}

constexpr auto values(wire::record<script_condition>) {
  return std::array{script_condition::running, script_condition::failed,  script_condition::suspended,
                    script_condition::stuck,   script_condition::removed, script_condition::declined};
}

constexpr auto fields(wire::record<script_state>) {
  using r = script_state;
  return std::make_tuple(wire::required("generation", &r::generation), wire::required("title", &r::title),
                         wire::required("hash", &r::hash), wire::required("condition", &r::condition),
                         wire::required("since", &r::since), wire::defaulted("retry", &r::retry),
                         wire::defaulted("error", &r::error));
}

} // namespace remora
