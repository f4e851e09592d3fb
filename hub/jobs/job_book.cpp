#include "hub/jobs/job_book.hpp"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

#include "base/nearest_names.hpp"
#include "base/utf8.hpp"

namespace remora::hub {

namespace {

bool same_definition(const scheduled_job& a, const scheduled_job& b) {
  return a.tag == b.tag && a.cron == b.cron && a.limit == b.limit && a.paused == b.paused;
}

} // namespace

std::string_view to_string(job_condition condition) noexcept {
  return condition == job_condition::paused ? "paused" : "scheduled";
}

void job_book::load(const std::vector<job_definition>& known) {
  for (const auto& one : known)
    nodes_[one.node][one.script][one.job.tag] = one.job;
}

bool job_book::jobs_are(const std::string& node, const std::string& script,
                        const std::vector<scheduled_job>& jobs) {
  auto& scripts = nodes_[node];
  std::size_t others = 0;
  for (const auto& [title, of_title] : scripts)
    if (title != script) others += of_title.size();

  of_script now;
  for (const auto& job : jobs)
    if (others + now.size() < most_jobs_of_a_node) now.insert_or_assign(job.tag, job);
  const auto before = scripts.find(script);
  const bool same =
      before != scripts.end()
          ? std::equal(now.begin(), now.end(), before->second.begin(), before->second.end(),
                       [](const auto& a, const auto& b) { return same_definition(a.second, b.second); })
          : now.empty();
  if (now.empty()) {
    scripts.erase(script);
  } else {
    scripts[script] = std::move(now);
  }
  return !same;
}

void job_book::forget_node(const std::string& node) { nodes_.erase(node); }

std::vector<std::pair<std::string, std::string>> job_book::keep_scripts(const std::set<std::string>& titles) {
  std::vector<std::pair<std::string, std::string>> gone;
  for (auto& [node, scripts] : nodes_) {
    for (auto one = scripts.begin(); one != scripts.end();) {
      if (titles.count(one->first) != 0) {
        ++one;
        continue;
      }
      gone.emplace_back(node, one->first);
      one = scripts.erase(one);
    }
  }
  return gone;
}

result<job_names> job_book::find(const job_selection& which) const {
  if (which.tag.empty() && !which.all)
    return fail(errc::invalid_usage, "name the tag of a job, or ask for all");
  job_names found;
  std::set<std::string> tags;
  for (const auto& [node, scripts] : nodes_) {
    for (const auto& [script, jobs] : scripts) {
      if (!which.script.empty() && script != which.script) continue;
      for (const auto& [tag, job] : jobs) {
        tags.insert(tag);
        if (which.all || tag == which.tag) found.insert({script, tag});
      }
    }
  }
  if (!found.empty() || which.all) return found;
  const std::vector<std::string_view> known{tags.begin(), tags.end()};
  return fail(errc::not_found,
              "no node has a job with the tag " + remora::quoted(which.tag) +
                  (which.script.empty() ? std::string{} : " of the script " + remora::quoted(which.script)) +
                  did_you_mean(which.tag, known));
}

std::set<std::string> job_book::nodes_with(const job_names& jobs) const {
  std::set<std::string> nodes;
  for (const auto& [node, scripts] : nodes_) {
    for (const auto& name : jobs) {
      const auto script = scripts.find(name.script);
      if (script == scripts.end() || script->second.count(name.tag) == 0) continue;
      nodes.insert(node);
      break;
    }
  }
  return nodes;
}

std::vector<job_view> job_book::jobs(const std::function<bool(const std::string&)>& is_up,
                                     const std::string& timezone) const {
  std::map<job_name, job_view> all;
  for (const auto& [node, scripts] : nodes_) {
    for (const auto& [script, jobs] : scripts) {
      for (const auto& [tag, job] : jobs) {
        auto& view = all[{script, tag}];
        const bool up = is_up(node);
        if (view.nodes.empty() || up) view.cron = job.cron;
        if (up && job.next && (!view.next || *job.next < *view.next)) view.next = job.next;
        view.nodes.push_back({node, up, job.runs, job.limit, job.next, job.paused});
      }
    }
  }
  std::vector<job_view> views;
  for (auto& [name, view] : all) {
    view.tag = name.tag;
    view.script = name.script;
    view.timezone = timezone;
    view.condition = paused_.count(name) != 0 ? job_condition::paused : job_condition::scheduled;
    views.push_back(std::move(view));
  }
  return views;
}

std::string to_fact(const job_names& jobs) {
  auto all = nlohmann::json::array();
  for (const auto& name : jobs)
    all.push_back({name.script, name.tag});
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

result<job_names> job_names_of(std::string_view fact) {
  job_names jobs;
  const auto all = nlohmann::json::parse(fact, nullptr, false);
  const auto wrong = [] {
    return fail(errc::store_damaged, "the list of paused jobs in the store is not readable");
  };
  if (!all.is_array()) return wrong();
  for (const auto& one : all) {
    if (!one.is_array() || one.size() != 2 || !one[0].is_string() || !one[1].is_string()) return wrong();
    jobs.insert({one[0].get<std::string>(), one[1].get<std::string>()});
  }
  return jobs;
}

} // namespace remora::hub
