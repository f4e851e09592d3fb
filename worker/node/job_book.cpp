#include "worker/node/job_book.hpp"

namespace remora::worker {

void job_book::add(const job_run& run) {
  const std::lock_guard lock{mutex_};
  std::pair<std::string, std::string> which{run.script, run.tag};
  if (jobs_.count(which) == 0 && jobs_.size() >= most_jobs) which = {};
  job_counts& counts = jobs_[which];
  counts.script = which.first;
  counts.tag = which.second;
  switch (run.outcome) {
    case job_outcome::passed:
      ++counts.passed;
      break;
    case job_outcome::failed:
    case job_outcome::timed_out:
      ++counts.failed;
      break;
    case job_outcome::skipped:
      ++counts.skipped;
      break;
  }
}

std::vector<job_counts> job_book::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<job_counts> out;
  out.reserve(jobs_.size());
  for (const auto& [which, counts] : jobs_)
    out.push_back(counts);
  return out;
}

} // namespace remora::worker
