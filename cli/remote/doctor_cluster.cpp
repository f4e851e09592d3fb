// What the lists of a hub say about its cluster; see doctor.hpp.

#include <cmath>
#include <map>

#include "cli/remote/doctor.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

using client::flag_of;
using client::json;
using client::list_of;
using client::member_of;
using client::number_of;
using client::text_of;

constexpr double most_clock_offset_ms = 1'000;

/// All counters of what a node lost, by their names.
std::map<std::string, double> drops_of(const json& node) {
  const json& dropped = member_of(node, "dropped");
  return {{"kernel", number_of(dropped, "kernel")},
          {"interface", number_of(dropped, "interface")},
          {"decoder", number_of(dropped, "decode")},
          {"records", number_of(node, "dropped_records")}};
}

void judge_drops(const std::string& name, const json& node, const json& later, findings& to) {
  const auto after = drops_of(later);
  for (const auto& [what, before] : drops_of(node)) {
    const double now = after.at(what);
    if (now > before)
      to.push_back({verdict_level::problem, "drops",
                    name + " drops now, at the " + what + ": " + number_text(now - before) + " more, " +
                        number_text(now) + " in all",
                    what == "records" ? "can it reach the hub, and is its disk full?"
                                      : "narrow worker.capture.filter, or raise worker.capture.buffer"});
    else if (now > 0)
      to.push_back(
          {verdict_level::warning, "drops",
           name + " has dropped at the " + what + ": " + number_text(now) + ", none of them just now", ""});
  }
}

void judge_presence(const std::string& name, const json& node, findings& to) {
  const std::string condition = text_of(node, "condition");
  if (condition == "lost") {
    to.push_back({verdict_level::problem, "nodes",
                  name + " is lost: last heard of " + time_text(node, "last_seen", {true, false, wall_now()}),
                  "does remora-worker run there, and can it reach the hub's ports?"});
  } else if (condition == "stopped") {
    to.push_back({verdict_level::warning, "nodes", name + " was stopped", "start remora-worker there"});
  }
}

void judge_node(const json& node, findings& to) {
  const std::string name = text_of(node, "name");
  judge_presence(name, node, to);
  if (text_of(node, "condition") != "up") return;
  if (!flag_of(node, "current"))
    to.push_back({verdict_level::warning, "nodes",
                  name + " does not run the newest scripts yet: it is at deployment " +
                      number_text(number_of(node, "generation")),
                  "if that lasts, remora scripts status says why"});
  const double offset = number_of(node, "clock_offset_ms");
  if (std::fabs(offset) > most_clock_offset_ms)
    to.push_back(
        {verdict_level::warning, "clocks",
         "the clock of " + name + " is " + span_text(std::fabs(offset)) + (offset > 0 ? " ahead" : " behind"),
         "jobs run by it and results are put together by it: start chrony or systemd-timesyncd there"});
  if (number_of(node, "packets") == 0)
    to.push_back({verdict_level::warning, "capture", name + " has not seen a packet yet",
                  "are worker.capture.interfaces and worker.capture.filter right there?"});
}

bool is_healthy(const std::string& state) {
  return state == "running" || state == "declined" || state == "removed" || state == "waiting";
}

} // namespace

findings judge_nodes(const json& nodes, const json& later) {
  findings out;
  std::map<std::string, const json*> after;
  for (const json& node : list_of(later, "items"))
    after[text_of(node, "name")] = &node;
  std::size_t up = 0;
  for (const json& node : list_of(nodes, "items")) {
    up += text_of(node, "condition") == "up" ? 1 : 0;
    judge_node(node, out);
    const auto same = after.find(text_of(node, "name"));
    judge_drops(text_of(node, "name"), node, same == after.end() ? node : *same->second, out);
  }
  const std::size_t all = list_of(nodes, "items").size();
  if (all == 0) {
    out.push_back(
        {verdict_level::problem, "nodes", "no node has come to this hub",
         "start remora-worker with worker.hub set to it; with keys, let them in: remora keys enroll"});
  } else {
    out.insert(out.begin(), {up > 0 ? verdict_level::ok : verdict_level::problem, "nodes",
                             std::to_string(up) + " of " + std::to_string(all) + " up", ""});
  }
  return out;
}

findings judge_scripts(const json& scripts, const json& status) {
  findings out;
  std::size_t active = 0;
  for (const json& script : list_of(scripts, "items"))
    active += flag_of(script, "active") ? 1 : 0;
  const std::size_t all = list_of(scripts, "items").size();
  out.push_back({active > 0 ? verdict_level::ok : verdict_level::warning, "scripts",
                 std::to_string(active) + " of " + std::to_string(all) + " active",
                 active > 0 ? ""
                 : all > 0  ? "remora scripts activate TITLE"
                            : "remora scripts push FILE.js"});
  for (const json& script : list_of(status, "items"))
    for (const json& node : list_of(script, "nodes")) {
      const std::string state = text_of(node, "state");
      const std::string who = text_of(script, "title") + " on " + text_of(node, "node");
      if (!is_healthy(state))
        out.push_back(
            {verdict_level::problem, "scripts", who + ' ' + state + ": " + text_of(node, "error"),
             state == "failed"
                 ? "correct it; until then the last good version runs, if there is one"
                 : "remora console --errors --script '" + text_of(script, "title") + "' shows what it said"});
      if (number_of(node, "dropped_events") > 0)
        out.push_back(
            {verdict_level::warning, "scripts",
             who + " was too slow for " + number_text(number_of(node, "dropped_events")) + " events",
             "make its hooks do less, or raise scripting.limits.queue"});
    }
  return out;
}

findings judge_jobs(const json& jobs) {
  findings out;
  std::size_t paused = 0;
  std::string names;
  for (const json& job : list_of(jobs, "items")) {
    const std::string tag = text_of(job, "tag") + " of " + text_of(job, "script");
    if (text_of(job, "condition") == "paused") {
      ++paused;
      names += (names.empty() ? "" : ", ") + tag;
    }
    const std::string last = text_of(job, "last_outcome");
    if (last == "failed" || last == "timed_out")
      out.push_back({verdict_level::warning, "jobs",
                     tag + (last == "failed" ? " failed last time" : " timed out last time"),
                     "remora jobs runs '" + text_of(job, "tag") + "' shows why"});
  }
  if (paused > 0)
    out.push_back({verdict_level::warning, "jobs", std::to_string(paused) + " paused: " + names,
                   "remora jobs resume TAG lets one run again"});
  if (out.empty())
    out.push_back(
        {verdict_level::ok, "jobs", std::to_string(list_of(jobs, "items").size()) + " scheduled", ""});
  return out;
}

} // namespace remora::cli
