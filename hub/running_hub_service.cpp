#include <algorithm>
#include <set>
#include <utility>

#include "base/metrics_text.hpp"
#include "base/nearest_names.hpp"
#include "base/utf8.hpp"
#include "hub/inside.hpp"
#include "hub/running_hub.hpp"
#include "script/analysis/analyser.hpp"

// What the outside asks of a running hub: each question goes to the core or to the store, and waits.
namespace remora::hub {

namespace {

tl::unexpected<error> no_such_script(const std::string& title, const std::vector<stored_script>& all) {
  std::vector<std::string_view> titles;
  for (const auto& script : all)
    titles.emplace_back(script.title);
  return fail(errc::not_found, "there is no script " + remora::quoted(title) + did_you_mean(title, titles));
}

/// The worse of two outcomes is what a person wants to see of a run on many nodes.
int badness(job_outcome outcome) {
  switch (outcome) {
    case job_outcome::passed:
      return 0;
    case job_outcome::skipped:
      return 1;
    case job_outcome::failed:
      return 2;
    case job_outcome::timed_out:
      return 3;
  }
  return 3;
}

result<void> add_last_run(stores& in, job_view& job) {
  run_filter which;
  which.tag = job.tag;
  which.script = job.script;
  auto last = in.runs.instants(which, 1);
  if (!last) return pass_on(std::move(last));
  if (last->records.empty()) return {};
  const auto& instant = last->records.front();
  job.last_planned = instant.planned;
  for (const auto& run : instant.nodes)
    if (!job.last_outcome || badness(run.outcome) > badness(*job.last_outcome))
      job.last_outcome = run.outcome;
  return {};
}

} // namespace

result<std::vector<node_view>> running_hub::nodes() {
  return in_->in_core([](hub_core& core) { return core.nodes(); });
}

result<std::vector<stored_script>> running_hub::scripts() {
  return in_->on_disk([](stores& in) { return in.scripts.list(); });
}

result<stored_script> running_hub::script(const std::string& title) {
  return in_->on_disk([&title](stores& in) -> result<stored_script> {
    auto found = in.scripts.find(title);
    if (!found) return pass_on(std::move(found));
    if (*found) return std::move(**found);
    auto all = in.scripts.list();
    if (!all) return pass_on(std::move(all));
    return no_such_script(title, *all);
  });
}

result<stored_script> running_hub::put_script(const script_change& script,
                                              std::optional<std::uint64_t> expected) {
  if (auto sound =
          check_script({0, script.title, script.file.empty() ? script.title : script.file, script.code});
      !sound)
    return pass_on(std::move(sound));
  return in_->on_disk([&](stores&) { return in_->desk().put(script, expected, wall_now()); });
}

result<stored_script> running_hub::set_active(const std::string& title, bool active,
                                              std::optional<std::uint64_t> expected) {
  return in_->on_disk([&](stores&) { return in_->desk().set_active(title, active, expected, wall_now()); });
}

result<void> running_hub::remove_script(const std::string& title, std::optional<std::uint64_t> expected) {
  return in_->on_disk([&](stores&) { return in_->desk().remove(title, expected); });
}

result<std::vector<script_on_node>> running_hub::script_status(const std::string& title) {
  if (auto there = script(title); !there) return pass_on(std::move(there));
  return in_->in_core([title](hub_core& core) { return core.script_status(title); });
}

result<std::vector<std::pair<std::string, std::vector<script_on_node>>>> running_hub::all_script_status() {
  auto all = scripts();
  if (!all) return pass_on(std::move(all));
  std::vector<std::string> titles;
  for (auto& one : *all)
    titles.push_back(std::move(one.title));
  std::sort(titles.begin(), titles.end());
  return in_->in_core([titles](hub_core& core) {
    std::vector<std::pair<std::string, std::vector<script_on_node>>> status;
    for (const auto& title : titles)
      status.emplace_back(title, core.script_status(title));
    return status;
  });
}

result<void> running_hub::check_script(const script_source& script) {
  if (auto text = check_script_text(script.code, script.file); !text) return text;
  auto outline = script::analyse(script, in_->settings().scripting.limits.load);
  if (!outline) return pass_on(std::move(outline));
  return {};
}

result<std::uint64_t> running_hub::generation() {
  return in_->in_core([](hub_core& core) { return core.generation(); });
}

result<value> running_hub::masked_env() {
  const auto settings = in_->settings();
  value masked = value::map{};
  if (const auto* members = settings.scripting.env.members()) {
    for (const auto& one : *members)
      masked.set(one.name, "***");
  }
  return masked;
}

result<std::vector<job_view>> running_hub::jobs() {
  auto all = in_->in_core([](hub_core& core) { return core.jobs(); });
  if (!all) return all;
  return in_->on_disk([views = std::move(*all)](stores& in) mutable -> result<std::vector<job_view>> {
    for (auto& job : views)
      if (auto done = add_last_run(in, job); !done) return pass_on(std::move(done));
    return std::move(views);
  });
}

result<order_outcome> running_hub::order(protocol::job_action what, const job_selection& which) {
  if (what == protocol::job_action::run || what == protocol::job_action::remove) {
    auto sent = in_->in_core([what, which](hub_core& core) { return core.order(what, which); });
    return sent ? std::move(*sent) : pass_on(std::move(sent));
  }
  // What is paused is a part of the deployment, so that nodes which are away now hear of it too.
  auto meant = in_->in_core([which](hub_core& core) { return core.find_jobs(which); });
  if (!meant) return pass_on(std::move(meant));
  if (!*meant) return pass_on(std::move(*meant));
  const bool paused = what == protocol::job_action::pause;
  auto done = in_->on_disk([&](stores&) { return in_->desk().set_paused(**meant, paused); });
  if (!done) return pass_on(std::move(done));
  auto out = in_->in_core([names = **meant](hub_core& core) { return core.reachable(names); });
  return out;
}

result<page<stored_run>> running_hub::runs(const run_filter& which, std::size_t limit,
                                           const std::string& cursor) {
  return in_->on_disk([&](stores& in) { return in.runs.runs(which, limit, cursor); });
}

result<page<planned_instant>> running_hub::instants(const run_filter& which, std::size_t limit,
                                                    const std::string& cursor) {
  return in_->on_disk([&](stores& in) { return in.runs.instants(which, limit, cursor); });
}

result<folded> running_hub::aggregate(const run_filter& which, const fold_request& fold) {
  return in_->on_disk([&](stores& in) { return in.runs.fold(which, fold); });
}

result<followed_runs> running_hub::follow_runs(const run_filter& which, std::int64_t after,
                                               std::size_t limit) {
  return in_->on_disk([&](stores& in) { return in.runs.follow(which, after, limit); });
}

result<std::int64_t> running_hub::last_run() {
  return in_->on_disk([](stores& in) { return in.runs.last_id(); });
}

result<page<stored_line>> running_hub::lines(const line_filter& which, std::size_t limit,
                                             const std::string& cursor) {
  return in_->on_disk([&](stores& in) { return in.console.lines(which, limit, cursor); });
}

result<followed_lines> running_hub::follow_lines(const line_filter& which, std::int64_t after,
                                                 std::size_t limit) {
  return in_->on_disk([&](stores& in) { return in.console.follow(which, after, limit); });
}

result<std::int64_t> running_hub::last_line() {
  return in_->on_disk([](stores& in) { return in.console.last_id(); });
}

std::shared_ptr<void> running_hub::subscribe(std::function<void(topic)> hear) {
  return in_->hearing.add(std::move(hear));
}

result<std::string> running_hub::metrics() {
  struct snapshot {
    std::size_t up;
    std::vector<node_view> nodes;
    std::uint64_t generation;
    intake_counters records;
    session::session_counters link;
    std::uint64_t actions_passed;
    std::uint64_t actions_dropped;
  };
  auto now = in_->in_core([](hub_core& core) {
    return snapshot{core.nodes_up(),         core.nodes(), core.generation(),
                    core.records(),          core.link(),  core.actions().passed(),
                    core.actions().dropped()};
  });
  if (!now) return pass_on(std::move(now));
  metrics_text page;
  page.gauge("remora_hub_nodes", "Nodes by condition.", static_cast<double>(now->up), {{"condition", "up"}});
  page.gauge("remora_hub_nodes", "", static_cast<double>(now->nodes.size() - now->up),
             {{"condition", "away"}});
  page.gauge("remora_hub_generation", "Number of the newest deployment.",
             static_cast<double>(now->generation));
  page.gauge("remora_hub_store_waiting", "Work that waits for the disk.",
             static_cast<double>(in_->store_waiting()));
  page.counter("remora_hub_job_runs_stored_total", "Job runs stored.", now->records.runs_stored);
  page.counter("remora_hub_job_runs_repeated_total", "Job runs that came again and were stored already.",
               now->records.runs_repeated);
  page.counter("remora_hub_console_lines_stored_total", "Console lines stored.", now->records.lines_stored);
  page.counter("remora_hub_console_lines_repeated_total", "Console lines that came again.",
               now->records.lines_repeated);
  page.counter("remora_hub_console_lines_dropped_total", "Console lines that nodes had to drop.",
               now->records.lines_dropped);
  page.counter("remora_hub_store_failures_total", "Batches of records that could not be stored at first.",
               now->records.failures);
  page.counter("remora_hub_actions_passed_total", "Calls of hub.action() passed to the hub's scripts.",
               now->actions_passed);
  page.counter("remora_hub_actions_dropped_total", "Calls of hub.action() that found no room.",
               now->actions_dropped);
  for (const auto& node : now->nodes) {
    const metrics_text::labels who{{"node", node.name}};
    page.counter("remora_hub_node_packets_total", "Packets captured, by node.", node.stats.packets, who);
    page.counter("remora_hub_node_dropped_total", "Packets lost before they were seen, by node.",
                 node.stats.kernel_dropped + node.stats.interface_dropped, who);
    page.gauge("remora_hub_node_waiting_records", "Records that a node keeps until they are stored.",
               static_cast<double>(node.stats.waiting_records), who);
    page.gauge("remora_hub_node_clock_offset_seconds", "The clock of a node against the hub's.",
               std::chrono::duration<double>(node.clock_offset).count(), who);
  }
  const auto& refused = now->link;
  page.counter("remora_hub_link_refused_frames_total", "Frames of workers that were not understood.",
               refused.malformed + refused.misdirected + refused.other_version + refused.unknown);
  const auto wire = in_->link_statistics();
  page.counter("remora_hub_link_sent_total", "Frames sent to workers.", wire.sent);
  page.counter("remora_hub_link_received_total", "Frames received from workers.", wire.received);
  page.counter("remora_hub_link_refused_connections_total", "Connections turned away.", wire.refused);
  for (std::size_t why = 0; why < link::drop_reasons; ++why) {
    page.counter("remora_hub_link_dropped_total", "Frames dropped on the way, by reason.", wire.dropped[why],
                 {{"reason", to_string(static_cast<link::drop_reason>(why))}});
  }
  return page.text();
}

std::vector<std::string> running_hub::not_ready() {
  auto trouble =
      in_->in_core([](hub_core& core) { return std::make_pair(core.generation(), core.trouble()); });
  if (!trouble) return {trouble.error().message};
  std::vector<std::string> all;
  if (trouble->first == 0) all.emplace_back("no deployment was made yet");
  if (!trouble->second.empty()) all.push_back("records cannot be stored: " + trouble->second);
  return all;
}

} // namespace remora::hub
