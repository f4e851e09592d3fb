#include "actors/jobs/job_table.hpp"

#include <algorithm>
#include <tuple>

#include "base/utf8.hpp"

namespace remora::jobs {

std::string_view to_string(job_state state) noexcept {
  switch (state) {
    case job_state::waiting:
      return "waiting";
    case job_state::running:
      return "running";
  }
  return "waiting";
}

namespace {

constexpr nanoseconds tick{1};

result<void> check_tag(std::string_view tag) {
  if (tag.empty()) return fail(errc::invalid_job, "cannot schedule a job without a tag; give it a name");
  if (tag.size() > job_table::max_tag_bytes) {
    return fail(errc::invalid_job, "cannot schedule job " + quoted(tag) + ": the tag is longer than " +
                                       std::to_string(job_table::max_tag_bytes) + " bytes");
  }
  return {};
}

} // namespace

result<void> job_table::schedule(std::string_view tag, std::string_view cron, std::uint64_t limit,
                                 timestamp now) {
  if (auto checked = check_tag(tag); !checked) return checked;
  auto parsed = cron_schedule::parse(cron);
  if (!parsed) return pass_on(std::move(parsed));
  const auto known = places_.find(tag);
  if (known == places_.end() && jobs_.size() >= max_jobs) {
    return fail(errc::invalid_job, "cannot schedule job " + quoted(tag) + ": the script has " +
                                       std::to_string(max_jobs) + " jobs already; remove some first");
  }
  job added(next_id_++, *parsed);
  added.info.tag = tag;
  added.info.cron = cron;
  added.info.limit = limit;
  added.info.paused = paused_.find(tag) != paused_.end();
  place at = 0;
  if (known == places_.end()) {
    at = next_place_++;
    places_.emplace(tag, at);
    if (const auto before = done_before_.find(tag); before != done_before_.end()) {
      added.done = before->second;
      done_before_.erase(before);
    }
  } else {
    at = known->second;
    job& old = jobs_.at(at);
    added.done = old.done;
    unplan(at, old);
    requested_.erase(at);
  }
  job& j = jobs_.insert_or_assign(at, std::move(added)).first->second;
  plan(at, j, now, now);
  ++changes_;
  refresh_next_due();
  return {};
}

bool job_table::remove(std::string_view tag) {
  const auto known = places_.find(tag);
  if (known == places_.end()) return false;
  const auto at = jobs_.find(known->second);
  unplan(at->first, at->second);
  requested_.erase(at->first);
  keep_done(at->second);
  jobs_.erase(at);
  places_.erase(known);
  ++changes_;
  refresh_next_due();
  return true;
}

void job_table::remove_all() {
  if (!jobs_.empty()) ++changes_;
  for (const auto& [at, j] : jobs_)
    keep_done(j);
  jobs_.clear();
  places_.clear();
  agenda_.clear();
  requested_.clear();
  refresh_next_due();
}

/// What a job has taken outlives it, or one that is removed and scheduled anew would run an instant twice.
void job_table::keep_done(const job& j) {
  if (j.done.empty()) return;
  done_before_[j.info.tag].add(j.done);
  if (done_before_.size() < 2 * max_jobs) return;
  // A script that makes up tags without end: the older half goes.
  std::vector<std::pair<timestamp, std::string>> by_age;
  by_age.reserve(done_before_.size());
  for (const auto& [tag, done] : done_before_)
    by_age.emplace_back(done.latest(), tag);
  std::nth_element(by_age.begin(), by_age.begin() + max_jobs, by_age.end());
  for (std::size_t i = 0; i < max_jobs; ++i)
    done_before_.erase(by_age[i].second);
}

void job_table::stop() noexcept {
  if (running_) ++changes_;
  running_ = false;
  for (auto& [at, j] : jobs_)
    unplan(at, j);
  refresh_next_due();
}

void job_table::start(timestamp now) {
  if (running_) return;
  running_ = true;
  ++changes_;
  for (auto& [at, j] : jobs_)
    plan(at, j, now, now);
  refresh_next_due();
}

void job_table::plan_after(timestamp instant, timestamp now) {
  const timestamp after = done_instants::is_far_ahead(instant, now) ? now : instant;
  for (auto& [at, j] : jobs_) {
    j.done.add(after);
    plan(at, j, after, now);
  }
  refresh_next_due();
}

void job_table::remember(std::string_view tag, const done_instants& done, timestamp now) {
  const auto known = places_.find(tag);
  if (known == places_.end()) {
    if (done_before_.size() < max_jobs) done_before_[std::string{tag}].add(done);
    return;
  }
  job& j = jobs_.at(known->second);
  j.done.add(done);
  if (j.info.next_run && *j.info.next_run <= j.done.up_to(now)) plan(known->second, j, now, now);
  refresh_next_due();
}

void job_table::clock_was_set_back(timestamp now) {
  for (auto& [at, j] : jobs_)
    plan(at, j, now, now);
  refresh_next_due();
}

bool job_table::pause(std::string_view tag) {
  const bool is_new = paused_.find(tag) == paused_.end();
  if (is_new && paused_.size() < max_jobs) paused_.emplace(tag);
  const auto known = places_.find(tag);
  if (known == places_.end()) return false;
  job& j = jobs_.at(known->second);
  if (std::exchange(j.info.paused, true)) return true;
  unplan(known->second, j);
  ++changes_;
  refresh_next_due();
  return true;
}

bool job_table::resume(std::string_view tag, timestamp now) {
  if (const auto mark = paused_.find(tag); mark != paused_.end()) paused_.erase(mark);
  const auto known = places_.find(tag);
  if (known == places_.end()) return false;
  job& j = jobs_.at(known->second);
  if (!std::exchange(j.info.paused, false)) return true;
  plan(known->second, j, now, now);
  ++changes_;
  refresh_next_due();
  return true;
}

void job_table::set_paused(const std::vector<std::string>& tags, timestamp now) {
  const std::set<std::string, std::less<>> wanted{tags.begin(), tags.end()};
  for (const std::string& tag : std::vector<std::string>{paused_.begin(), paused_.end()})
    if (wanted.find(tag) == wanted.end()) resume(tag, now);
  for (const std::string& tag : wanted)
    pause(tag);
}

bool job_table::request_run(std::string_view tag, timestamp now) {
  const auto known = places_.find(tag);
  if (known == places_.end()) return false;
  request(known->second, jobs_.at(known->second), now);
  refresh_next_due();
  return true;
}

void job_table::request_all(timestamp now) {
  for (auto& [at, j] : jobs_)
    request(at, j, now);
  refresh_next_due();
}

void job_table::request(place at, job& j, timestamp now) {
  if (j.requested) return;
  j.requested = now;
  if (!j.active) requested_.insert(at);
}

due_jobs job_table::take_due(timestamp now) {
  due_jobs due;
  std::vector<std::pair<place, due_run>> runs;
  while (!agenda_.empty() && agenda_.begin()->first <= now) {
    const auto [first, at] = *agenda_.begin();
    job& j = jobs_.at(at);
    if (auto run = take_planned(at, j, now, due.skipped)) runs.emplace_back(at, std::move(*run));
  }
  for (auto it = requested_.begin(); it != requested_.end();) {
    job& j = jobs_.at(*it);
    if (!j.active) runs.emplace_back(*it, take(j, *std::exchange(j.requested, std::nullopt), true));
    it = requested_.erase(it); // one that is active comes back when its run has finished
  }
  std::sort(runs.begin(), runs.end(), [](const auto& lhs, const auto& rhs) {
    return std::tie(lhs.second.planned, lhs.first) < std::tie(rhs.second.planned, rhs.first);
  });
  due.runs.reserve(runs.size());
  for (auto& [at, run] : runs)
    due.runs.push_back(std::move(run));
  refresh_next_due();
  return due;
}

/// Deals with the instants of one job that are due: the latest becomes a run unless one is active already,
/// all others are skipped.
std::optional<due_run> job_table::take_planned(place at, job& j, timestamp now,
                                               std::vector<skipped_runs>& skipped) {
  timestamp first = *j.info.next_run;
  unplan(at, j);
  if (const timestamp done = j.done.up_to(now); done >= first) {
    // It was planned while the clock was so wrong that what is done with lay far ahead.
    plan(at, j, done, now);
    if (!j.info.next_run || *j.info.next_run > now) return std::nullopt;
    first = *j.info.next_run;
    unplan(at, j);
  }
  if (j.active) {
    skipped.push_back(skip(j, first, now));
    plan(at, j, skipped.back().last, now);
    return std::nullopt;
  }
  const timestamp latest = j.schedule.last_until(first, now, zone_).value_or(first);
  if (latest > first) skipped.push_back(skip(j, first, latest - tick));
  j.done.add(latest);
  due_run run = take(j, latest, false);
  plan(at, j, latest, now);
  return run;
}

due_run job_table::take(job& j, timestamp planned, bool requested) {
  j.active = true;
  j.active_is_planned = !requested;
  return {j.info.tag, j.info.cron, j.info.limit, planned, requested, j.id};
}

/// Passes over the instants from `first`, which is one, to `until`.
skipped_runs job_table::skip(job& j, timestamp first, timestamp until) {
  const timestamp last = j.schedule.last_until(first, until, zone_).value_or(first);
  const std::uint64_t count = 1 + j.schedule.count_until(first, last, zone_);
  j.done.add(last);
  j.info.skipped += count;
  return {j.info.tag, first, last, count};
}

void job_table::began(const due_run& run, timestamp now) {
  const auto at = find_active(run);
  if (at == jobs_.end()) return;
  job_info& info = at->second.info;
  info.state = job_state::running;
  info.last_run = now;
  ++info.run_count;
  ++moves_;
}

run_end job_table::finished(const due_run& run, timestamp now, job_outcome outcome, std::string_view error) {
  const auto at = find_active(run);
  if (at == jobs_.end()) return {};
  job& j = at->second;
  j.active = false;
  j.info.state = job_state::waiting;
  const bool begun = outcome != job_outcome::skipped;
  if (!run.requested) ++(begun ? j.planned_runs : j.info.skipped);
  if (outcome == job_outcome::failed || outcome == job_outcome::timed_out) {
    ++j.info.failed;
    j.info.last_error = cut_utf8(error, max_error_bytes);
  }
  if (j.info.limit > 0 && j.planned_runs >= j.info.limit) {
    remove(run.tag);
    return {true, std::nullopt};
  }
  run_end end;
  if (j.info.next_run && *j.info.next_run < now) {
    const timestamp first = *j.info.next_run;
    unplan(at->first, j);
    end.skipped = skip(j, first, now - tick);
  }
  if (!j.info.next_run) plan(at->first, j, end.skipped ? end.skipped->last : now, now);
  if (j.requested) requested_.insert(at->first);
  refresh_next_due();
  return end;
}

/// The job of a run that was taken and is not finished; the end when it was removed or replaced since.
job_table::job_map::iterator job_table::find_active(const due_run& run) {
  const auto known = places_.find(run.tag);
  if (known == places_.end()) return jobs_.end();
  const auto at = jobs_.find(known->second);
  return at->second.id == run.job && at->second.active ? at : jobs_.end();
}

bool job_table::wants_plan(const job& j) const noexcept {
  const std::uint64_t under_way = j.active && j.active_is_planned ? 1 : 0;
  const bool has_runs_left = j.info.limit == 0 || j.planned_runs + under_way < j.info.limit;
  return running_ && !j.info.paused && has_runs_left;
}

/// Puts the first instant after `after` on the agenda, if the job wants one and it was not taken before.
void job_table::plan(place at, job& j, timestamp after, timestamp now) {
  unplan(at, j);
  if (!wants_plan(j)) return;
  j.info.next_run = j.schedule.next_after(std::max(after, j.done.up_to(now)), zone_);
  if (!j.info.next_run) return;
  agenda_.emplace(*j.info.next_run, at);
  ++moves_;
}

void job_table::unplan(place at, job& j) noexcept {
  if (!j.info.next_run) return;
  agenda_.erase({*j.info.next_run, at});
  j.info.next_run.reset();
  ++moves_;
}

void job_table::refresh_next_due() noexcept {
  if (!requested_.empty()) {
    next_due_ = at_once;
  } else {
    next_due_ = agenda_.empty() ? never : agenda_.begin()->first;
  }
}

std::vector<std::string> job_table::tags() const {
  std::vector<std::string> all;
  all.reserve(jobs_.size());
  for (const auto& [at, j] : jobs_)
    all.push_back(j.info.tag);
  return all;
}

std::vector<job_info> job_table::list() const {
  std::vector<job_info> all;
  all.reserve(jobs_.size());
  for (const auto& [at, j] : jobs_)
    all.push_back(j.info);
  return all;
}

std::vector<scheduled_job> job_table::scheduled() const {
  std::vector<scheduled_job> all;
  all.reserve(jobs_.size());
  for (const auto& [at, j] : jobs_)
    all.push_back({j.info.tag, j.info.cron, j.info.limit, j.info.run_count, j.info.next_run, j.info.paused});
  return all;
}

std::optional<job_info> job_table::find(std::string_view tag) const {
  const auto known = places_.find(tag);
  if (known == places_.end()) return std::nullopt;
  return jobs_.at(known->second).info;
}

} // namespace remora::jobs
