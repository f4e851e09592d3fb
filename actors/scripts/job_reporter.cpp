#include "actors/scripts/job_reporter.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace remora::actors {

void job_reporter::request(protocol::job_action what, std::string_view tag, bool all, bool own) {
  if (!to_) return;
  protocol::job_request made;
  made.script = script_;
  made.what = what;
  made.tag = tag;
  made.all = all;
  made.own = own;
  const bool waits_already =
      std::any_of(requests_.begin(), requests_.end(), [&](const protocol::job_request& other) {
        return other.what == what && other.tag == tag && other.all == all && other.own == own;
      });
  if (waits_already) return;
  if (requests_.size() < max_requests) return requests_.push_back(std::move(made));
  log::warn("job-requests-dropped", "script=", script_, " it asks for more than ", max_requests,
            " things of the jobs of other nodes at a time; what is beyond happens on this node alone");
}

bool job_reporter::has_news(const jobs::job_table& jobs) const noexcept {
  return !told_ || jobs.changes() != told_changes_ || !requests_.empty();
}

timestamp job_reporter::due(const jobs::job_table& jobs) const noexcept {
  if (!begun_) return timestamp::max();
  if (!told_) return jobs::job_table::at_once;
  if (has_news(jobs)) return told_at_ + shortest_pause;
  return jobs.moves() == told_moves_ ? timestamp::max() : told_at_ + pause_of_moves;
}

void job_reporter::tell(const jobs::job_table& jobs, timestamp now) {
  const timestamp at = due(jobs);
  // A clock that was set back since makes nobody wait for longer than the pause.
  const bool set_back = told_ && now < told_at_;
  if (at == timestamp::max() || (now < at && !set_back)) return;
  if (!told_ || jobs.changes() != told_changes_ || jobs.moves() != told_moves_)
    to_->jobs_are(jobs.scheduled());
  for (const protocol::job_request& request : std::exchange(requests_, {}))
    to_->requested(request);
  told_ = true;
  told_changes_ = jobs.changes();
  told_moves_ = jobs.moves();
  told_at_ = now;
}

} // namespace remora::actors
