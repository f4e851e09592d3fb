#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protocol/item/item.hpp"
#include "protocol/job_run.hpp"
#include "protocol/packet_info.hpp"
#include "protocol/script_source.hpp"
#include "script/analysis/analyser.hpp"
#include "script/error_reporter.hpp"
#include "script/heap.hpp"
#include "script/hook_counters.hpp"
#include "script/items/lazy_objects.hpp"
#include "script/limits.hpp"
#include "script/packet_hook.hpp"
#include "script/run_clock.hpp"
#include "script/scope_sync.hpp"
#include "script/surroundings.hpp"
#include "script/timer_table.hpp"
#include "script/turn_watch.hpp"

namespace remora::script {

/// How a run of a job's function ended.
struct job_result {
  job_outcome outcome = job_outcome::passed;
  std::string result_json; ///< What it returned; "" for undefined and for what JSON cannot hold.
  std::string error;       ///< "Error: text"; "" when it passed.
};

/// What onItemQueried made of an item.
struct screened_item {
  std::optional<std::string> changed; ///< JSON to send in its place; nothing: the item as it was.
  bool failed = false;                ///< It threw or was ended.
};

/// What a script did so far.
struct script_counters {
  std::uint64_t hook_calls = 0;
  std::uint64_t errors = 0; ///< Exceptions that left a hook, a job or a timer, and turns that were ended.
  /// Times that kfl.match() could not decide, and said false: filter language §1.1, 6.
  std::uint64_t undecided_filters = 0;
  hook_table hooks{}; ///< What of that the hooks did.
};

/// One script, loaded, in a heap and with limits of its own.
///
/// It works in turns: each public operation that runs JavaScript is one (deliver() may be several). In a turn
/// the script sees one state of the shared scope; at its end the script's changes are committed. A turn that
/// uses up its time or memory is ended, commits nothing, and leaves the machine broken(): it is to be thrown
/// away and the script loaded anew. One thread at a time; the native stack of that thread is watched.
class script_vm {
 public:
  struct parts {
    limits limit;
    surroundings around;
    run_clock* clock = nullptr;        ///< Outlives the machine.
    std::shared_ptr<turn_watch> watch; ///< For a supervisor; never null.
    std::string env_json = "{}";       ///< scripting.env as a JSON object.
  };

  /// Analyses the script, runs its top level and collects its hooks.
  /// Errors: invalid_script, script_threw, script_declined, script_budget, script_memory, as
  /// "file:line[:column]: reason".
  static result<std::unique_ptr<script_vm>> load(const script_source& script, parts with);
  ~script_vm();
  script_vm(const script_vm&) = delete;
  script_vm& operator=(const script_vm&) = delete;

  bool has(hook which) const noexcept { return hooks_[static_cast<std::size_t>(which)] != nullptr; }
  const script_outline& outline() const noexcept { return outline_; }
  const script_counters& counters() const noexcept { return counters_; }
  std::size_t heap_bytes() const noexcept { return heap_->memory().in_use_bytes(); }

  /// True once a turn was ended; nothing may be run any more.
  bool broken() const noexcept { return broken_; }
  /// Why it is broken: errc::script_budget or errc::script_memory.
  errc broken_because() const noexcept {
    return heap_->memory().exhausted() ? errc::script_memory : errc::script_budget;
  }

  /// Calls onPacketCaptured for the packets in [first, last) in order. Stops early at a packet whose time is
  /// not before limit_ns() or next_timer_ns() (so that what is due then can run first), when a slice of time
  /// is over, and when the script is broken(). The clock follows the packets.
  /// @returns the first packet that was not delivered.
  const packet_info* deliver(const packet_info* first, const packet_info* last);

  /// True when the script has onItemCaptured.
  bool wants_items() const noexcept { return has(hook::item_captured); }

  /// Calls onItemCaptured for the items in [first, last) in order, each with a `data` of its own. Stops early
  /// as it does for packets; an item's time is when it was complete. The items need not live longer than the
  /// call: what the script keeps of them is its own by then.
  /// @returns the first item that was not delivered.
  const item* deliver(const item* first, const item* last);

  /// No packet or item of this time (Unix nanoseconds) or later is delivered. May be lowered while a hook
  /// runs.
  void set_limit_ns(std::int64_t unix_ns) noexcept { limit_ns_ = unix_ns; }

  /// Unix nanoseconds of the earliest timer, or timer_table::never.
  std::int64_t next_timer_ns() const noexcept { return timers_.next_due_ns(); }
  /// Runs the earliest timer that is due by the clock. False when none is.
  bool run_due_timer();

  /// Runs a job's function. A tag the script does not have passes at once without a result.
  job_result run_job(std::string_view tag);
  /// Forgets the function of a job that was removed.
  void forget_job(std::string_view tag);
  void call_job_passed(std::string_view tag, std::string_view cron, std::uint64_t limit);
  void call_job_failed(std::string_view tag, std::string_view cron, std::uint64_t limit,
                       std::string_view error);
  /// Calls onItemQueried with an item that is about to leave the node. @param filter The text of the query
  /// that asks for it. Source: scripting API §6.3.
  screened_item screen(std::string_view item_json, std::string_view filter);
  /// Calls onHubAction. `argument_json` "": undefined.
  void call_hub_action(std::string_view action, std::string_view argument_json);

  /// Prints what is still held back of repeated errors. Call once when the script is done.
  void finish() { errors_.flush(); }

  // What the helpers of the script use.
  const surroundings& around() const noexcept { return around_; }
  run_clock& clock() noexcept { return *clock_; }
  timer_table& timers() noexcept { return timers_; }
  /// Counts a filter that kfl.match() could not decide, and logs the first, the second, the fourth and so on.
  void note_undecided_filter(std::string_view query, std::string_view why);

 private:
  /// deliver() comes back after this, so that the script's changes are seen and its messages read.
  static constexpr std::chrono::milliseconds slice{100};

  script_vm(parts with, script_outline outline, std::unique_ptr<heap> made);

  // Loading: script_loading.cpp.
  void run_top_level(duk_hthread* context, const script_source& script);
  void install_globals(duk_hthread* context);
  std::vector<std::string> wrapper_parameters(duk_hthread* context) const;
  std::vector<const char*> declared_hooks() const;
  void collect_hooks(duk_hthread* context);
  error load_failure(const script_source& script);

  /// Runs `body` within a budget. False when it threw (the exception is on the value stack) or was ended.
  bool run_limited(nanoseconds budget, const std::function<void(duk_hthread*)>& body);
  /// One turn; `what` names it in errors, which are reported. False when it threw or was ended.
  bool turn(nanoseconds budget, const std::string& what, const std::function<void(duk_hthread*)>& body);
  /// The same for calls of a hook, which `body` adds to counters_.hook_calls: counted and timed by hook.
  void hook_turn(hook which, const std::function<void(duk_hthread*)>& body);
  void commit_scope(duk_hthread* context, const std::string& what);
  std::string report_exception(const std::string& what);
  std::string ending_text(const std::string& what, nanoseconds budget) const;
  bool call_packet_hook(duk_hthread* context, const packet_info*& next, const packet_info* last,
                        std::chrono::steady_clock::time_point slice_end);
  bool call_item_hook(duk_hthread* context, const item*& next, const item* last,
                      std::chrono::steady_clock::time_point slice_end);
  void let_go_of_items();
  void call_job_hook(hook which, std::string_view tag, std::string_view cron, std::uint64_t limit,
                     const std::string_view* error);

  std::string env_json_;
  limits limits_;
  surroundings around_;
  run_clock* clock_;
  std::shared_ptr<turn_watch> watch_;
  script_outline outline_;
  std::unique_ptr<heap> heap_;
  scope_sync scope_;
  error_reporter errors_;
  timer_table timers_;
  packet_info_object packet_info_;
  lazy_objects items_;
  void* hooks_[hook_count] = {}; // kept alive by the heap's stash
  script_counters counters_;
  std::string last_error_;
  std::int64_t limit_ns_ = std::numeric_limits<std::int64_t>::max();
  bool broken_ = false;
};

} // namespace remora::script
