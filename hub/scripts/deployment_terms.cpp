#include "hub/scripts/deployment_terms.hpp"

#include <tuple>

#include "base/value.hpp"

namespace remora::hub {

namespace {

auto tied(const deployed_limits& of) {
  return std::tie(of.turn, of.load, of.job, of.memory_bytes, of.queue_events, of.file_quota_bytes);
}

} // namespace

deployment_terms terms_of(const config::settings& all) {
  const auto& scripting = all.scripting;
  const auto& limits = scripting.limits;
  deployment_terms terms;
  terms.enabled = scripting.enabled;
  terms.env_json = to_json(scripting.env);
  terms.limits.turn = limits.turn;
  terms.limits.load = limits.load;
  terms.limits.job = limits.job;
  terms.limits.memory_bytes = limits.memory.bytes;
  terms.limits.queue_events = static_cast<std::uint64_t>(limits.queue);
  terms.limits.file_quota_bytes = limits.file_quota.bytes;
  terms.timezone = all.jobs.timezone;
  terms.archive_prefix = scripting.archive_prefix;
  terms.macros = all.filter.macros;
  terms.redaction_fail_closed = scripting.redaction_fail_closed;
  return terms;
}

bool operator==(const deployment_terms& a, const deployment_terms& b) {
  return a.enabled == b.enabled && a.env_json == b.env_json && tied(a.limits) == tied(b.limits) &&
         a.timezone == b.timezone && a.archive_prefix == b.archive_prefix && a.macros == b.macros &&
         a.redaction_fail_closed == b.redaction_fail_closed;
}

} // namespace remora::hub
