#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "actors/session/worker_session.hpp"
#include "worker/deployment.hpp"
#include "worker/node/action_queue.hpp"
#include "worker/node/deployment_file.hpp"
#include "worker/node/deployment_intake.hpp"
#include "worker/node/record_store.hpp"
#include "worker/node/status_board.hpp"
#include "worker/node/uplink_event.hpp"

namespace remora::worker {

/// What the uplink shows of itself.
struct uplink_view {
  bool welcome = false;
  std::uint64_t generation = 0;
  std::size_t running_scripts = 0;
  std::size_t loading_scripts = 0;
  std::map<std::string, bool> scripts; ///< By title, those that are wanted: whether a version is at work.
  session::session_counters session;
  protocol::channel_counters channel;
  std::uint64_t refused_code = 0;     ///< Messages with code that was not what it said, or too much.
  std::uint64_t dropped_requests = 0; ///< Of scripts, to the jobs of all nodes.
  std::uint64_t dropped_actions = 0;  ///< Calls of hub.action().
};

/// What an uplink works with. Functions are called on its thread.
struct uplink_parts {
  protocol::hello about;
  session::worker_session_settings session;
  session::worker_transport* transport = nullptr; ///< Outlives it.
  std::shared_ptr<record_store> records;
  std::shared_ptr<action_queue> actions;
  std::filesystem::path deployment; ///< The file of the last one.
  std::function<void(const wanted_scripts_ptr&)> deploy;
  std::function<void(const protocol::job_order&)> order;
  std::function<void(const protocol::action_delivery&)> call; ///< onHubAction of the scripts of this node.
  std::function<void(const std::string& title)> forget;       ///< A script is no longer part of the node.
  std::function<node_stats(std::uint64_t generation)> stats;
  /// Questions of the hub for what this node has stored, and what belongs to them; must not wait. Null: they
  /// are not answered.
  std::function<void(const protocol::message&)> question = nullptr;
  std::function<void()> hub_lost = nullptr; ///< Nobody waits for answers any more.
  std::function<timestamp()> wall;
};

/// A node's dealings with its hub: what scripts produced goes out and is kept until the hub has stored it;
/// what is to run comes in, is kept on disk, and runs. No thread, socket or clock: time is an argument and
/// must not run backwards. Call tick() at next_deadline(). Blocks on the disk.
class uplink final : private session::worker_session_owner {
 public:
  using moment = protocol::moment;

  /// How long stopping may take.
  static constexpr milliseconds longest_goodbye{2'000};

  explicit uplink(uplink_parts with);

  /// Runs the last deployment from disk, if there is one.
  void begin(moment now);
  void handle(const uplink_event& what, moment now);
  void tick(moment now);
  std::optional<moment> next_deadline() const;

  /// After stop_asked: nothing more is to be done. The goodbye was said.
  bool is_done() const noexcept { return done_; }
  /// Every script has ended and said its last word.
  bool scripts_ended() const noexcept { return scripts_ended_; }
  uplink_view view() const;

 private:
  void welcomed(const protocol::welcome& by, bool new_life) override;
  void refused(const std::string&) override {}
  void lost() override;
  void generation_is(std::uint64_t generation) override;
  void received(const protocol::message& what, protocol::stream_position at) override;
  void acknowledged(std::uint64_t number) override;
  void has_room() override { pump(); }
  void said(const protocol::message& what) override {
    if (with_.question) with_.question(what);
  }
  protocol::heartbeat describe_health() override;

  void take_in(const protocol::message& what);
  void run(const whole_deployment& what);
  void save();
  void note(const uplink_event& what);
  void pump();
  bool send_actions();
  void warn_of_hub(const protocol::job_request& asked);
  void print(const std::string& script, console_level level, std::string text);
  bool send(const protocol::message& what);
  bool send(const spool_batch& batch);
  void look_after_disk();
  void end_if_done();

  struct sent_batch {
    std::uint64_t number = 0; ///< Of the message.
    std::uint64_t ticket = 0;
  };

  uplink_parts with_;
  session::worker_session session_;
  deployment_intake intake_;
  deployment_file file_;
  status_board board_;
  moment now_{};
  bool sure_ = false; ///< The deployment is to be fetched whatever its number.

  std::deque<sent_batch> sent_;     ///< Not acknowledged.
  std::optional<spool_batch> held_; ///< There was no room for it.
  std::optional<protocol::hub_action> held_action_;
  std::uint64_t last_number_ = 0;
  std::optional<moment> pump_at_;        ///< Records wait: a few are sent together.
  std::optional<moment> say_dropped_at_; ///< Not for every action that is dropped a line.
  std::optional<moment> sync_at_;
  std::optional<whole_deployment> unsaved_;
  std::optional<moment> save_at_;

  std::optional<moment> stop_by_;
  bool scripts_ended_ = false;
  bool done_ = false;
  std::uint64_t refused_code_ = 0;
  std::uint64_t dropped_requests_ = 0;
};

} // namespace remora::worker
