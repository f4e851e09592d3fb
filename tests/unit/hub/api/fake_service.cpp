#include "fake_service.hpp"

#include <algorithm>

namespace remora::hub::test {

namespace {

/// A page of `all`, which begins with what comes first; cursors are places in it.
template <class Record>
page<Record> cut(const std::vector<Record>& all, std::size_t limit, const std::string& cursor) {
  const auto begin = std::min(all.size(), cursor.empty() ? 0 : static_cast<std::size_t>(std::stoul(cursor)));
  const auto end = std::min(all.size(), begin + limit);
  page<Record> part;
  part.records.assign(all.begin() + static_cast<std::ptrdiff_t>(begin),
                      all.begin() + static_cast<std::ptrdiff_t>(end));
  if (end < all.size()) part.next = std::to_string(end);
  return part;
}

bool matches(const run_filter& which, const job_run& run) {
  return (which.tag.empty() || which.tag == run.tag) &&
         (which.script.empty() || which.script == run.script) &&
         (which.node.empty() || which.node == run.node) && (!which.since || run.planned >= *which.since) &&
         (!which.until || run.planned < *which.until);
}

bool matches(const line_filter& which, const console_line& line) {
  return (which.script.empty() || which.script == line.script) &&
         (which.node.empty() || which.node == line.node) && line.level >= which.lowest &&
         (!which.since || line.time >= *which.since) && (!which.until || line.time < *which.until);
}

} // namespace

namespace {

class download_in_memory final : public capture_download {
 public:
  download_in_memory(std::vector<std::string> pieces, std::optional<error> breaks)
      : pieces_{std::move(pieces)}, breaks_{std::move(breaks)} {}
  result<std::string> next() override {
    if (at_ < pieces_.size()) return pieces_[at_++];
    if (breaks_) return tl::unexpected<error>(*breaks_);
    return std::string{};
  }

 private:
  std::vector<std::string> pieces_;
  std::optional<error> breaks_;
  std::size_t at_ = 0;
};

} // namespace

void fake_service::find_items(item_question asked, item_taker done) {
  if (auto why = failure()) return done(tl::unexpected<error>(std::move(*why)));
  last_items = std::move(asked);
  done(items_answer);
}

result<std::shared_ptr<void>> fake_service::follow_items(const std::string& query,
                                                         std::shared_ptr<item_follower> to) {
  REMORA_FAIL_IF_TOLD();
  item_clients.push_back({query, to});
  return std::shared_ptr<void>{std::move(to)};
}

void fake_service::open_capture(capture_question asked, capture_taker done) {
  if (auto why = failure()) return done(tl::unexpected<error>(std::move(*why)));
  last_capture = std::move(asked);
  if (capture_pieces.empty()) return done(fail(errc::not_found, "no node has packets of such streams"));
  done(opened_capture{std::make_shared<download_in_memory>(capture_pieces, capture_breaks), capture_missing});
}

result<std::vector<node_view>> fake_service::nodes() {
  REMORA_FAIL_IF_TOLD();
  return all_nodes;
}

result<std::vector<job_view>> fake_service::jobs() {
  REMORA_FAIL_IF_TOLD();
  return all_jobs;
}

result<order_outcome> fake_service::order(protocol::job_action what, const job_selection& which) {
  REMORA_FAIL_IF_TOLD();
  last_order = {what, which};
  order_outcome outcome;
  for (const auto& job : all_jobs) {
    if (!which.all && job.tag != which.tag) continue;
    for (const auto& on : job.nodes)
      (on.node_up ? outcome.nodes : outcome.missing).push_back(on.node);
  }
  if (!which.all && outcome.nodes.empty() && outcome.missing.empty()) {
    return fail(errc::not_found, "there is no job \"" + which.tag + '"');
  }
  return outcome;
}

result<page<stored_run>> fake_service::runs(const run_filter& which, std::size_t limit,
                                            const std::string& cursor) {
  REMORA_FAIL_IF_TOLD();
  last_runs = which;
  const std::lock_guard held{mutex_};
  std::vector<stored_run> found;
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run)
    if (matches(which, run->run)) found.push_back(*run);
  return cut(found, std::min(limit, largest_part), cursor);
}

result<page<planned_instant>> fake_service::instants(const run_filter& which, std::size_t limit,
                                                     const std::string& cursor) {
  REMORA_FAIL_IF_TOLD();
  last_runs = which;
  return cut(all_instants, std::min(limit, largest_part), cursor);
}

result<folded> fake_service::aggregate(const run_filter& which, const fold_request& fold) {
  REMORA_FAIL_IF_TOLD();
  last_runs = which;
  last_fold = fold;
  return fold_answer;
}

result<followed_runs> fake_service::follow_runs(const run_filter& which, std::int64_t after,
                                                std::size_t limit) {
  REMORA_FAIL_IF_TOLD();
  const std::lock_guard held{mutex_};
  followed_runs part;
  part.last = after;
  for (const auto& run : runs_) {
    if (run.id <= after) continue;
    if (part.runs.size() == limit) {
      part.more = true;
      break;
    }
    part.last = run.id;
    if (matches(which, run.run)) part.runs.push_back(run);
  }
  return part;
}

result<std::int64_t> fake_service::last_run() {
  REMORA_FAIL_IF_TOLD();
  const std::lock_guard held{mutex_};
  return runs_.empty() ? 0 : runs_.back().id;
}

result<page<stored_line>> fake_service::lines(const line_filter& which, std::size_t limit,
                                              const std::string& cursor) {
  REMORA_FAIL_IF_TOLD();
  last_lines = which;
  const std::lock_guard held{mutex_};
  std::vector<stored_line> found;
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (matches(which, line->line)) found.push_back(*line);
  return cut(found, std::min(limit, largest_part), cursor);
}

result<followed_lines> fake_service::follow_lines(const line_filter& which, std::int64_t after,
                                                  std::size_t limit) {
  REMORA_FAIL_IF_TOLD();
  const std::lock_guard held{mutex_};
  followed_lines part;
  part.last = after;
  for (const auto& line : lines_) {
    if (line.id <= after) continue;
    if (part.lines.size() == std::min(limit, largest_part)) {
      part.more = true;
      break;
    }
    part.last = line.id;
    if (matches(which, line.line)) part.lines.push_back(line);
  }
  return part;
}

result<std::int64_t> fake_service::last_line() {
  REMORA_FAIL_IF_TOLD();
  const std::lock_guard held{mutex_};
  return lines_.empty() ? 0 : lines_.back().id;
}

result<std::string> fake_service::metrics() {
  REMORA_FAIL_IF_TOLD();
  return metrics_text;
}

std::int64_t fake_service::print(std::string text, std::string node, std::string script,
                                 console_level level) {
  std::int64_t id = 0;
  {
    const std::lock_guard held{mutex_};
    id = lines_.empty() ? 1 : lines_.back().id + 1;
    lines_.push_back({id, {at_second(id), std::move(node), std::move(script), level, std::move(text)}});
  }
  tell(topic::console);
  return id;
}

std::int64_t fake_service::finish(job_run run) {
  std::int64_t id = 0;
  {
    const std::lock_guard held{mutex_};
    id = runs_.empty() ? 1 : runs_.back().id + 1;
    runs_.push_back({id, static_cast<std::uint64_t>(id), at_second(1000 + id), std::move(run)});
  }
  tell(topic::runs);
  return id;
}

void fake_service::clear_lines() {
  const std::lock_guard held{mutex_};
  lines_.clear();
}

std::shared_ptr<void> fake_service::subscribe(std::function<void(topic)> hear) {
  const std::lock_guard held{mutex_};
  const auto id = next_listener_++;
  heard_by_.emplace(id, std::move(hear));
  return {nullptr, [this, id](void*) {
            const std::lock_guard also_held{mutex_};
            heard_by_.erase(id);
          }};
}

void fake_service::tell(topic changed) {
  const std::lock_guard held{mutex_};
  for (const auto& [id, hear] : heard_by_)
    hear(changed);
}

std::size_t fake_service::listeners() const {
  const std::lock_guard held{mutex_};
  return heard_by_.size();
}

job_run make_run(std::string tag, std::string node, std::int64_t planned_second, std::string result_json) {
  job_run run;
  run.node = std::move(node);
  run.script = "dns";
  run.tag = std::move(tag);
  run.planned = at_second(planned_second);
  run.started = at_second(planned_second);
  run.duration = std::chrono::microseconds{1500};
  run.result_json = std::move(result_json);
  return run;
}

} // namespace remora::hub::test
