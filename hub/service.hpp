#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/value.hpp"
#include "hub/queries/questions.hpp"
#include "hub/store/console_store.hpp"
#include "hub/store/job_store.hpp"
#include "hub/store/script_store.hpp"
#include "hub/views.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// What can have changed, for those who follow it.
enum class topic : std::uint8_t { console, runs, scripts, nodes };

/// What happened with an order for jobs.
struct order_outcome {
  std::vector<std::string> nodes;   ///< That it was sent to.
  std::vector<std::string> missing; ///< That have such a job and cannot be reached now.
};

/// Which jobs: of one tag, or all; of one script, or of every script ("").
struct job_selection {
  std::string tag;
  std::string script;
  bool all = false;
};

/// What the hub can do for the outside: everything the HTTP API offers goes through here. Every function may
/// be called from any thread and may wait for the disk, so not from an actor's or an I/O thread. Errors of
/// all: those of the store (store_full, io_failed, ...), and io_failed when the hub is stopping.
class service {
 public:
  virtual ~service() = default;

  virtual result<std::vector<node_view>> nodes() = 0;

  virtual result<std::vector<stored_script>> scripts() = 0;
  /// Errors: not_found, with the nearest title.
  virtual result<stored_script> script(const std::string& title) = 0;
  /// Checks, stores and deploys a script. `expected`: see script_store. Errors: invalid_script with
  /// file:line:column, conflict.
  virtual result<stored_script> put_script(const script_change& script,
                                           std::optional<std::uint64_t> expected) = 0;
  virtual result<stored_script> set_active(const std::string& title, bool active,
                                           std::optional<std::uint64_t> expected) = 0;
  virtual result<void> remove_script(const std::string& title, std::optional<std::uint64_t> expected) = 0;
  /// By node. Errors: not_found.
  virtual result<std::vector<script_on_node>> script_status(const std::string& title) = 0;
  /// The same of every script, by title.
  virtual result<std::vector<std::pair<std::string, std::vector<script_on_node>>>> all_script_status() = 0;
  /// What is wrong with a script, without storing it. Errors: invalid_script, ...
  virtual result<void> check_script(const script_source& script) = 0;
  /// The number of the newest deployment.
  virtual result<std::uint64_t> generation() = 0;
  /// scripting.env with every value masked, as a map.
  virtual result<value> masked_env() = 0;

  virtual result<std::vector<job_view>> jobs() = 0;
  /// Errors: not_found when no node has such a job, with the nearest tag.
  virtual result<order_outcome> order(protocol::job_action what, const job_selection& which) = 0;
  virtual result<page<stored_run>> runs(const run_filter& which, std::size_t limit,
                                        const std::string& cursor) = 0;
  virtual result<page<planned_instant>> instants(const run_filter& which, std::size_t limit,
                                                 const std::string& cursor) = 0;
  virtual result<folded> aggregate(const run_filter& which, const fold_request& fold) = 0;
  /// Runs stored after the run `after`, the earliest first, of all tags ("") or of one; begin with
  /// last_run().
  virtual result<followed_runs> follow_runs(const run_filter& which, std::int64_t after,
                                            std::size_t limit) = 0;
  virtual result<std::int64_t> last_run() = 0;

  virtual result<page<stored_line>> lines(const line_filter& which, std::size_t limit,
                                          const std::string& cursor) = 0;
  virtual result<followed_lines> follow_lines(const line_filter& which, std::int64_t after,
                                              std::size_t limit) = 0;
  virtual result<std::int64_t> last_line() = 0;

  /// Asks all nodes for stored items; `done` is called once, later or at once, on some thread of the hub.
  /// Errors: invalid_filter with place and caret, invalid_usage (the cursor), window_full, too_large.
  virtual void find_items(item_question asked, item_taker done) = 0;
  /// New items of all nodes, until the returned object goes; then the follower is let go of by and by.
  /// Errors: invalid_filter, window_full.
  virtual result<std::shared_ptr<void>> follow_items(const std::string& query,
                                                     std::shared_ptr<item_follower> to) = 0;
  /// Has all nodes cut the packets of matching streams; `done` is called once, on some thread of the hub.
  /// Errors: as of find_items(), and not_found.
  virtual void open_capture(capture_question asked, capture_taker done) = 0;

  /// Calls `hear` whenever something of that topic may have changed, often at once for several changes, on
  /// some thread of the hub; it must return at once. Ends when the returned object goes; then `hear` is not
  /// running.
  virtual std::shared_ptr<void> subscribe(std::function<void(topic)> hear) = 0;

  /// In the text format of Prometheus.
  virtual result<std::string> metrics() = 0;
  /// What keeps the hub from being ready; empty when it is.
  virtual std::vector<std::string> not_ready() = 0;
};

} // namespace remora::hub
