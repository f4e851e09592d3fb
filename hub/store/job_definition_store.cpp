#include "hub/store/job_definition_store.hpp"

#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

std::int64_t seal(std::string_view node, std::string_view script, const scheduled_job& job) {
  return row_seal{"job"}
      .add(node)
      .add(script)
      .add(job.tag)
      .add(job.cron)
      .add(static_cast<std::int64_t>(job.limit))
      .add(static_cast<std::int64_t>(job.runs))
      .add(std::int64_t{job.paused})
      .add(job.next ? std::optional{to_unix_ns(*job.next)} : std::nullopt)
      .value();
}

job_definition read_row(const row& at) {
  job_definition found;
  found.node = at.text(1);
  found.script = at.text(2);
  found.job.tag = at.text(3);
  found.job.cron = at.text(4);
  found.job.limit = static_cast<std::uint64_t>(at.integer(5));
  found.job.runs = static_cast<std::uint64_t>(at.integer(6));
  found.job.paused = at.integer(7) != 0;
  found.job.next = at.time(8);
  return found;
}

} // namespace

result<std::vector<job_definition>> job_definition_store::list(std::string_view tag) {
  std::vector<job_definition> jobs;
  auto read = in_.each(
      "SELECT id, node, script, tag, cron, run_limit, runs, paused, next, seal FROM job ORDER BY script, "
      "tag, node",
      {}, [&](const row& at) {
        auto found = read_row(at);
        if (at.integer(9) != seal(found.node, found.script, found.job)) {
          in_.damaged().note("job", at.integer(0));
        } else if (tag.empty() || found.job.tag == tag) {
          jobs.push_back(std::move(found));
        }
        return true;
      });
  if (!read) return pass_on(std::move(read));
  return jobs;
}

result<void> job_definition_store::put(std::string_view node, std::string_view script,
                                       const scheduled_job& job) {
  auto done = in_.run(
      "INSERT OR REPLACE INTO job (node, script, tag, cron, run_limit, runs, paused, next, seal)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {node, script, job.tag, job.cron, job.limit, job.runs, job.paused, job.next, seal(node, script, job)});
  if (!done) return pass_on(std::move(done));
  return {};
}

result<bool> job_definition_store::remove(std::string_view node, std::string_view script,
                                          std::string_view tag) {
  auto removed = in_.run("DELETE FROM job WHERE node = ? AND script = ? AND tag = ?", {node, script, tag});
  if (!removed) return pass_on(std::move(removed));
  return *removed > 0;
}

result<void> job_definition_store::replace(std::string_view node, std::string_view script,
                                           const std::vector<scheduled_job>& jobs) {
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto removed = in_.run("DELETE FROM job WHERE node = ? AND script = ?", {node, script});
  if (!removed) return pass_on(std::move(removed));
  for (const auto& job : jobs) {
    if (auto stored = put(node, script, job); !stored) return stored;
  }
  return all->commit();
}

result<std::size_t> job_definition_store::forget_node(std::string_view node) {
  auto removed = in_.run("DELETE FROM job WHERE node = ?", {node});
  if (!removed) return pass_on(std::move(removed));
  return static_cast<std::size_t>(*removed);
}

} // namespace remora::hub
