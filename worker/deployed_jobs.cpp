#include "worker/deployed_jobs.hpp"

#include <utility>

namespace remora::worker {

namespace {

using protocol::job_action;

protocol::job_order order_for(const std::string& title, job_action what, const std::string& tag,
                              std::uint64_t id = 0) {
  protocol::job_order made;
  made.id = id;
  made.what = what;
  made.script = title;
  made.tag = tag;
  return made;
}

} // namespace

void deployed_jobs::begun(const std::string& title, instance_number instance) {
  scripts_[title].speaks = instance; // its tags stay those of the version before until it says otherwise
}

bool deployed_jobs::learn(const std::string& title, instance_number instance,
                          const std::vector<scheduled_job>& jobs) {
  const auto found = scripts_.find(title);
  if (found == scripts_.end() || found->second.speaks != instance) return false;
  std::set<std::string>& tags = found->second.tags;
  if (jobs.empty() && tags.empty()) return false;
  tags.clear();
  for (const scheduled_job& job : jobs)
    tags.insert(job.tag);
  return true;
}

bool deployed_jobs::ended(const std::string& title, instance_number instance) {
  const auto found = scripts_.find(title);
  if (found == scripts_.end() || found->second.speaks != instance) return false;
  const bool had_jobs = !found->second.tags.empty();
  scripts_.erase(found);
  return had_jobs;
}

deployed_jobs::sorted deployed_jobs::sort_out(const protocol::job_order& order,
                                              const std::set<std::string>& titles) {
  sorted made;
  for (const std::string& title : titles) {
    if (!order.script.empty() && order.script != title) continue;
    const auto known = scripts_.find(title);
    const std::set<std::string> tags = known == scripts_.end() ? std::set<std::string>{} : known->second.tags;
    const bool concerned = order.all ? !tags.empty() : tags.count(order.tag) > 0;
    made.found = made.found || concerned;
    if (order.all && order.what == job_action::pause) {
      // One by one: a job that nobody has heard of yet is not among those that are meant.
      for (const std::string& tag : tags) {
        pause(title, tag);
        made.orders.push_back(order_for(title, order.what, tag, order.id));
      }
      continue;
    }
    const bool resumes = order.what == job_action::resume && (order.all || is_paused(title, order.tag));
    if (!concerned && !resumes && order.script.empty()) continue;
    if (order.what == job_action::pause) pause(title, order.tag);
    if (order.what == job_action::resume) {
      if (order.all) {
        paused_count_ -= paused_[title].size();
        paused_.erase(title);
      } else {
        resume(title, order.tag);
      }
    }
    protocol::job_order one = order;
    one.script = title;
    made.orders.push_back(std::move(one));
  }
  return made;
}

std::vector<protocol::job_order> deployed_jobs::set_paused(const std::vector<paused_job>& all) {
  const auto before = std::exchange(paused_, {});
  paused_count_ = 0;
  std::vector<protocol::job_order> orders;
  for (const paused_job& job : all) {
    pause(job.script, job.tag);
    const auto known = before.find(job.script);
    if (known == before.end() || known->second.count(job.tag) == 0)
      orders.push_back(order_for(job.script, job_action::pause, job.tag));
  }
  for (const auto& [title, tags] : before) {
    for (const std::string& tag : tags)
      if (!is_paused(title, tag)) orders.push_back(order_for(title, job_action::resume, tag));
  }
  return orders;
}

std::vector<std::string> deployed_jobs::paused(const std::string& title) const {
  const auto found = paused_.find(title);
  if (found == paused_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

bool deployed_jobs::is_paused(const std::string& title, const std::string& tag) const {
  const auto found = paused_.find(title);
  return found != paused_.end() && found->second.count(tag) > 0;
}

void deployed_jobs::pause(const std::string& title, const std::string& tag) {
  if (paused_count_ >= max_paused || is_paused(title, tag)) return;
  paused_[title].insert(tag);
  ++paused_count_;
}

void deployed_jobs::resume(const std::string& title, const std::string& tag) {
  const auto found = paused_.find(title);
  if (found == paused_.end() || found->second.erase(tag) == 0) return;
  --paused_count_;
  if (found->second.empty()) paused_.erase(found);
}

} // namespace remora::worker
