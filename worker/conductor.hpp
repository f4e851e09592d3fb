#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <caf/actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/scripts/job_exchange.hpp"
#include "actors/scripts/process_scope.hpp"
#include "worker/capture_progress.hpp"
#include "worker/messages.hpp"
#include "worker/packet_batcher.hpp"
#include "worker/run.hpp"
#include "worker/script_slots.hpp"

namespace remora::worker {

/// Reads packets and hands them to the scripts, round by round, until the input ends or the run is to stop;
/// then sends a capture_report_ptr to its client and quits. Spawn it detached: it waits for packets.
using conductor = caf::typed_actor<
    // Reads on, when the scripts leave room. Sent by the actor to itself.
    caf::reacts_to<atom::step>,
    // A script has finished a round, or (round 0) says something between two.
    caf::reacts_to<actors::round_done_ptr>,
    // A script was given up: nothing is to be expected of it.
    caf::reacts_to<actors::script_lost_ptr>,
    // Capturing: scripts leave and join before the next round. For each that leaves the client gets a
    // script_left_ptr. While files are read scripts are what they were in the beginning.
    caf::reacts_to<script_change_ptr>>;

/// What a conductor works with. Moved into the actor.
struct conductor_parts {
  std::unique_ptr<traffic::packet_source> source;
  std::unique_ptr<packet_batcher> batcher; ///< May hold what was read already.
  /// Makes what the batcher makes items with, numbered from the next on.
  std::function<std::unique_ptr<traffic::item_pipeline>(traffic::item_numbers used)> make_items;
  bool always_items = false; ///< Items are wanted also when no script has the hook.
  /// Told of the items of a round after it was sent to the scripts, or null.
  std::function<void(std::uint64_t round, const item_batch_ptr& items)> on_items;
  std::vector<script_slot> scripts;
  actors::job_exchange exchange{0};
  std::shared_ptr<actors::process_scope> scope;
  bool scripts_share = false; ///< Some script can see what another does.
  const stop_flag* stop = nullptr;
  std::optional<nanoseconds> duration;
  std::optional<std::uint64_t> count;
  std::size_t queue_events = 65'536;          ///< Live.
  double speed = 0;                           ///< Files.
  timestamp start;                            ///< Of the run's clock.
  std::uint64_t rounds_before = 0;            ///< Numbers of rounds that are used up.
  std::function<void(std::size_t)> on_lost;   ///< Told of each script that is given up.
  std::shared_ptr<capture_progress> progress; ///< Capturing: kept up to date, when there is one.
  caf::actor client;
};

struct conductor_state {
  static inline constexpr const char* name = "conductor";
  conductor_parts with;
  std::unique_ptr<script_slots> scripts;
  std::uint64_t last_round = 0;
  std::vector<error> problems;
  bool interrupted = false;
  bool ending = false;                            ///< Nothing more is read; what is under way is waited for.
  std::chrono::steady_clock::time_point shown_at; ///< Capturing: when the progress was published.
  std::size_t closing_rounds = 0;

  // Reading files only.
  packet_info_batch ahead;      ///< Read, and not yet handed out.
  std::size_t ahead_next = 0;   ///< The first of them that was not.
  std::uint64_t handed_out = 0; ///< Packets before it, in the whole run.
  item_batch items_ahead;       ///< Made of them, and not yet handed out.
  std::size_t items_next = 0;
  timestamp reached = timestamp::min(); ///< How far the run's clock was sent.
  std::optional<std::chrono::steady_clock::time_point> pace_start;
  bool input_ended = false;
  bool step_planned = false;
};

/// Captures: packets go to every script that has room for them, and are dropped and counted for the others.
conductor::behavior_type conduct_capture(conductor::stateful_pointer<conductor_state> self,
                                         const std::shared_ptr<conductor_parts>& with);

/// Reads files: every packet goes to every script, and reading waits for the slowest. The clock is the
/// capture's. When scripts can see each other they work in step, so that what they see does not depend on
/// their threads; what they ask of each other's jobs arrives a fixed number of rounds later, for the same
/// reason. The first round has no packets, and the last ones carry what was still asked for.
conductor::behavior_type conduct_reading(conductor::stateful_pointer<conductor_state> self,
                                         const std::shared_ptr<conductor_parts>& with);

using conductor_pointer = conductor::stateful_pointer<conductor_state>;

/// What both have in common.
void start_conducting(conductor_pointer self, const std::shared_ptr<conductor_parts>& with);
/// Sends one round to a script; for one that is lost its packets are dropped and counted.
void send_round(conductor_pointer self, std::size_t script, const actors::round_ptr& work);
void note_round_done(conductor_pointer self, const actors::round_done& done);
void note_script_lost(conductor_pointer self, std::size_t script);
/// Lets scripts leave and join.
void change_scripts(conductor_pointer self, const script_change& change);
/// How many rounds of reading may be under way for a script.
std::size_t rounds_ahead(bool scripts_share) noexcept;
/// Makes items from now on, or no more, as scripts want them.
void begin_or_end_items(conductor_pointer self);
/// How many frames may still be read; 0 when --count is reached.
std::size_t frames_left(conductor_pointer self, std::size_t at_most);
/// Once nothing is under way: reports to the client and quits. `run_time`: by the run's clock.
void report_and_quit(conductor_pointer self, nanoseconds run_time);

} // namespace remora::worker
