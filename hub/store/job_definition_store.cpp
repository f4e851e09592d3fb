#include "hub/store/job_definition_store.hpp"

#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

std::int64_t seal(const job_definition& job) {
  return row_seal{"job"}
      .add(job.node)
      .add(job.script)
      .add(job.tag)
      .add(job.cron)
      .add(static_cast<std::int64_t>(job.limit))
      .add(std::int64_t{job.paused})
      .add(job.next ? std::optional{to_unix_ns(*job.next)} : std::nullopt)
      .value();
}

} // namespace

result<std::vector<job_definition>> job_definition_store::list(std::string_view tag) {
  std::vector<job_definition> jobs;
  auto read = in_.each(
      "SELECT id, node, script, tag, cron, run_limit, paused, next, seal FROM job ORDER BY script, tag, node",
      {}, [&](const row& at) {
        job_definition job;
        job.node = at.text(1);
        job.script = at.text(2);
        job.tag = at.text(3);
        job.cron = at.text(4);
        job.limit = static_cast<std::uint64_t>(at.integer(5));
        job.paused = at.integer(6) != 0;
        job.next = at.time(7);
        if (at.integer(8) != seal(job)) {
          in_.damaged().note("job", at.integer(0));
        } else if (tag.empty() || job.tag == tag) {
          jobs.push_back(std::move(job));
        }
        return true;
      });
  if (!read) return pass_on(std::move(read));
  return jobs;
}

result<void> job_definition_store::put(const job_definition& job) {
  auto done = in_.run(
      "INSERT OR REPLACE INTO job (node, script, tag, cron, run_limit, paused, next, seal)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {job.node, job.script, job.tag, job.cron, job.limit, job.paused, job.next, seal(job)});
  if (!done) return pass_on(std::move(done));
  return {};
}

result<bool> job_definition_store::remove(std::string_view node, std::string_view script,
                                          std::string_view tag) {
  auto removed = in_.run("DELETE FROM job WHERE node = ? AND script = ? AND tag = ?", {node, script, tag});
  if (!removed) return pass_on(std::move(removed));
  return *removed > 0;
}

result<void> job_definition_store::replace_node(std::string_view node,
                                                const std::vector<job_definition>& jobs) {
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  if (auto removed = in_.run("DELETE FROM job WHERE node = ?", {node}); !removed)
    return pass_on(std::move(removed));
  for (const auto& job : jobs) {
    if (job.node != node) {
      return fail(errc::invalid_usage, "job \"" + job.tag + "\" of node " + job.node +
                                           " stands in the list of node " + std::string{node});
    }
    if (auto stored = put(job); !stored) return stored;
  }
  return all->commit();
}

} // namespace remora::hub
