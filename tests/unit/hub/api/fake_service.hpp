#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/service.hpp"

namespace remora::hub::test {

inline timestamp at_second(std::int64_t seconds) { return from_unix_ns(seconds * 1'000'000'000); }

/// A hub in memory: scripts with versions, lines and runs with ids, everything else as a test sets it.
/// Members may be set freely while nobody else uses it; print(), finish() and clear_lines() also while
/// streams follow.
class fake_service : public service {
 public:
  std::vector<node_view> all_nodes;
  std::vector<stored_script> all_scripts;
  std::uint64_t newest_generation = 0;
  std::map<std::string, std::vector<script_on_node>> states;
  value env{value::map{}};
  std::vector<job_view> all_jobs;
  std::vector<planned_instant> all_instants;
  folded fold_answer;
  std::vector<std::string> reasons;
  std::string metrics_text = "# nothing\n";
  std::size_t largest_part = 1000;  ///< Of lines, runs and instants: shorter pages than asked for.
  std::function<void()> before_put; ///< Called before a script is stored: somebody else is quicker.

  // What was asked for last.
  std::pair<protocol::job_action, job_selection> last_order;
  run_filter last_runs;
  fold_request last_fold;
  line_filter last_lines;
  script_source last_check;
  item_question last_items;
  capture_question last_capture;

  item_answer items_answer;                ///< To every question for items.
  std::vector<std::string> capture_pieces; ///< Of every capture; none: there are no packets.
  std::optional<error> capture_breaks;     ///< After its pieces.
  std::vector<silent_node> capture_missing;
  struct item_client {
    std::string query;
    std::weak_ptr<item_follower> to;
  };
  std::vector<item_client> item_clients; ///< Whoever follows items now, or did: expired.

  /// Every call fails with this, until it is nothing again.
  void fail_with(std::optional<error> why) {
    const std::lock_guard held{failure_mutex_};
    failure_ = std::move(why);
  }

  std::int64_t print(std::string text, std::string node = "n1", std::string script = "dns",
                     console_level level = console_level::log);
  std::int64_t finish(job_run run);
  void clear_lines(); ///< As retention does: ids begin anew.
  void tell(topic changed);
  std::size_t listeners() const;

  result<std::vector<node_view>> nodes() override;
  result<std::vector<stored_script>> scripts() override;
  result<stored_script> script(const std::string& title) override;
  result<stored_script> put_script(const script_change& script,
                                   std::optional<std::uint64_t> expected) override;
  result<stored_script> set_active(const std::string& title, bool active,
                                   std::optional<std::uint64_t> expected) override;
  result<void> remove_script(const std::string& title, std::optional<std::uint64_t> expected) override;
  result<std::vector<script_on_node>> script_status(const std::string& title) override;
  result<std::vector<std::pair<std::string, std::vector<script_on_node>>>> all_script_status() override;
  result<void> check_script(const script_source& script) override;
  result<std::uint64_t> generation() override;
  result<value> masked_env() override;
  result<std::vector<job_view>> jobs() override;
  result<order_outcome> order(protocol::job_action what, const job_selection& which) override;
  result<page<stored_run>> runs(const run_filter& which, std::size_t limit,
                                const std::string& cursor) override;
  result<page<planned_instant>> instants(const run_filter& which, std::size_t limit,
                                         const std::string& cursor) override;
  result<folded> aggregate(const run_filter& which, const fold_request& fold) override;
  result<followed_runs> follow_runs(const run_filter& which, std::int64_t after, std::size_t limit) override;
  result<std::int64_t> last_run() override;
  result<page<stored_line>> lines(const line_filter& which, std::size_t limit,
                                  const std::string& cursor) override;
  result<followed_lines> follow_lines(const line_filter& which, std::int64_t after,
                                      std::size_t limit) override;
  result<std::int64_t> last_line() override;
  void find_items(item_question asked, item_taker done) override;
  result<std::shared_ptr<void>> follow_items(const std::string& query,
                                             std::shared_ptr<item_follower> to) override;
  void open_capture(capture_question asked, capture_taker done) override;
  std::shared_ptr<void> subscribe(std::function<void(topic)> hear) override;
  result<std::string> metrics() override;
  std::vector<std::string> not_ready() override { return reasons; }

 private:
  stored_script* find(const std::string& title);
  result<stored_script*> find_version(const std::string& title, std::optional<std::uint64_t> expected);

  std::optional<error> failure() const {
    const std::lock_guard held{failure_mutex_};
    return failure_;
  }

  mutable std::mutex failure_mutex_;
  std::optional<error> failure_;
  mutable std::mutex mutex_; ///< Guards what follows.
  std::vector<stored_line> lines_;
  std::vector<stored_run> runs_;
  std::map<int, std::function<void(topic)>> heard_by_;
  int next_listener_ = 0;
};

/// A script with every member set.
stored_script make_script(std::string title, std::string code, std::uint64_t version);
job_run make_run(std::string tag, std::string node, std::int64_t planned_second, std::string result_json);

/// For every function of the fake: fails when it was told to.
#define REMORA_FAIL_IF_TOLD() \
  if (auto why = failure()) return tl::unexpected<error>(std::move(*why))

} // namespace remora::hub::test
