#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/scripts/script_set.hpp"
#include "config/settings.hpp"
#include "hub/service.hpp"

namespace remora::hub {

/// A hub that works: its store, its link to the workers, and what it does with them. The HTTP API stands on
/// top of it and reaches it as a `service`; so do the commands of this process.
///
/// Threads: the store's, the link's, and the few of an actor system. Every function may be called from any
/// thread but these.
class running_hub final : public service {
 public:
  /// Starts with these settings, and with the scripts that they name. Errors: everything that keeps the hub
  /// from starting: those of the store and of the link.
  static result<std::unique_ptr<running_hub>> start(const config::settings& with,
                                                    const config::script_set& scripts,
                                                    const std::string& software);

  ~running_hub() override; ///< stop().

  /// Settings that take effect while it runs: env, limits, time zone, retention.
  result<void> apply(const config::settings& with);
  /// What the configuration names now becomes what runs.
  result<void> set_scripts(const config::script_set& read, const config::scripting_settings& scripting);
  /// Who may join: the keys of the settings and those that were enrolled in the data folder. Errors: those of
  /// the file; nothing changes then.
  result<void> reload_enrolment();
  /// The file of the data folder with the keys that were enrolled.
  std::string enrolment_file() const;

  /// Lets the node of the hub's own scripts in, under the name protocol::hub_node. Its key is in no file.
  result<void> admit_own_node(const std::string& public_key);

  /// Where workers connect to: "127.0.0.1:8891", with the port that the system chose.
  std::string link_address() const;
  /// "2 nodes, 3 scripts".
  std::string status_text();

  /// Ends everything, within a few seconds. May be called more than once, by one thread at a time.
  void stop();

  // service
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
  std::vector<std::string> not_ready() override;

 private:
  class inside;
  explicit running_hub(std::unique_ptr<inside> in);

  /// What outlives the hub posts through it: downloads and followers are let go of at any time.
  struct way_in {
    std::mutex mutex;
    inside* to = nullptr; ///< Null: the hub has stopped.
  };

  std::unique_ptr<inside> in_;
  std::shared_ptr<way_in> way_in_;
};

} // namespace remora::hub
