#include "script/script_vm.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <duktape.h>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "script/duktape/fast_paths.h"
#include "script/function_store.hpp"
#include "script/render.hpp"
#include "script/text.hpp"

// A loaded script at work; how it is loaded is in script_loading.cpp.
namespace remora::script {

namespace {

constexpr std::array<const char*, hook_count> hook_names{
    "onPacketCaptured", "onItemCaptured", "onItemQueried", "onJobPassed",
    "onJobFailed",      "onHubAction",    "onPodEvent",    "onLogCall"};

using steady = std::chrono::steady_clock;

/// How many packets pass between two looks at the clock.
constexpr unsigned packets_per_look = 256;

std::string job_name(std::string_view tag) { return "job \"" + std::string{tag} + '"'; }

std::string seconds_text(nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  std::string text = std::to_string(seconds);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

} // namespace

const char* to_string(hook which) noexcept { return hook_names[static_cast<std::size_t>(which)]; }

script_vm::script_vm(parts with, script_outline outline, std::unique_ptr<heap> made)
    : env_json_{std::move(with.env_json)},
      limits_{with.limit},
      around_{std::move(with.around)},
      clock_{with.clock},
      watch_{std::move(with.watch)},
      outline_{std::move(outline)},
      heap_{std::move(made)},
      scope_{around_.scope, outline_.uses_shared},
      errors_{around_.console, *clock_},
      packet_info_{outline_} {
  heap_->attach(this);
  heap_->set_watch(watch_);
}

script_vm::~script_vm() = default;

// ------------------------------------------------------------------------------------------- turns

bool script_vm::run_limited(nanoseconds budget, const std::function<void(duk_hthread*)>& body) {
  if (broken_) return false;
  watch_->begin(budget);
  heap_->budget().grant(budget);
  const bool returned = heap_->protect(body);
  broken_ = heap_->ending();
  heap_->budget().lift();
  watch_->end();
  return returned && !broken_;
}

bool script_vm::turn(nanoseconds budget, const std::string& what,
                     const std::function<void(duk_hthread*)>& body) {
  const bool was_broken = broken_;
  const bool done = run_limited(budget, [&](duk_hthread* context) {
    scope_.import(context);
    body(context);
    commit_scope(context, what);
  });
  if (done || was_broken) return done;
  ++counters_.errors;
  last_error_ = broken_ ? ending_text(what, budget) : report_exception(what);
  if (broken_) around_.console.print(console_level::error, last_error_);
  return false;
}

void script_vm::hook_turn(hook which, const std::function<void(duk_hthread*)>& body) {
  const std::uint64_t calls_before = counters_.hook_calls;
  const auto began = steady::now();
  const bool done = turn(limits_.turn, to_string(which), body);
  hook_counters& count = counters_.hooks[static_cast<std::size_t>(which)];
  count.calls += counters_.hook_calls - calls_before;
  count.errors += done ? 0 : 1;
  count.time += steady::now() - began;
}

void script_vm::commit_scope(duk_hthread* context, const std::string& what) {
  if (heap_->ending()) return; // a turn that is ended commits nothing
  for (std::string& refused : scope_.commit(context)) {
    ++counters_.errors;
    errors_.report(refused.append(" (").append(what).append(")"));
  }
}

/// The exception on top of the value stack goes to the console, with its place; returns it without.
std::string script_vm::report_exception(const std::string& what) {
  duk_hthread* context = heap_->context();
  std::string place;
  std::string text = render_thrown(context, -1, &place);
  duk_pop(context);
  errors_.report(text + " (" + (place.empty() ? "" : place + ", ") + what + ')');
  return text;
}

std::string script_vm::ending_text(const std::string& what, nanoseconds budget) const {
  if (heap_->memory().exhausted()) {
    return "RangeError: out of memory: " + what + " needs more than " +
           std::to_string(limits_.memory_bytes >> 20) +
           " MiB (scripting.limits.memory); the script is started afresh";
  }
  return "RangeError: execution timeout: " + what + " used up " + seconds_text(budget) +
         " of processor time (scripting.limits); the script is started afresh";
}

void script_vm::note_undecided_filter(std::string_view query, std::string_view why) {
  const std::uint64_t count = ++counters_.undecided_filters;
  if ((count & (count - 1)) != 0) return; // it may happen with every item
  log::debug("filter-undecided", "reason=", quoted(why), " query=", quoted(query, 200), " count=", count);
}

// ----------------------------------------------------------------------------------------- packets

const packet_info* script_vm::deliver(const packet_info* first, const packet_info* last) {
  const packet_info* next = first;
  const auto slice_end = steady::now() + slice;
  bool more = true;
  // An exception ends a turn; the next one goes on with the packet after it.
  while (more && next != last && !broken_) {
    hook_turn(hook::packet_captured,
              [&](duk_hthread* context) { more = call_packet_hook(context, next, last, slice_end); });
  }
  return next;
}

/// Calls the hook until something else is to be done. `next` has passed a packet before the hook sees it.
/// @returns false when deliver() is to come back.
bool script_vm::call_packet_hook(duk_hthread* context, const packet_info*& next, const packet_info* last,
                                 steady::time_point slice_end) {
  const bool capture_time = clock_->follows_capture();
  duk_push_heapptr(context, hooks_[static_cast<std::size_t>(hook::packet_captured)]);
  const duk_idx_t function = duk_get_top_index(context);
  duk_push_global_object(context);
  packet_info_.push(context);
  const duk_idx_t info = duk_get_top_index(context);
  duk_require_stack(context, 3);
  unsigned until_look = packets_per_look;
  while (next != last) {
    if (capture_time && next->timestamp_ns >= std::min(limit_ns_, timers_.next_due_ns())) return false;
    if (--until_look == 0) {
      if (steady::now() >= slice_end) return false;
      until_look = packets_per_look;
    }
    clock_->advance_to(next->timestamp_ns);
    packet_info_.fill(context, info, *next++);
    ++counters_.hook_calls;
    remora_call_in_place(context, function);
  }
  return false;
}

// --------------------------------------------------------------------------------- jobs and timers

bool script_vm::run_due_timer() {
  const auto due = timers_.take_due(clock_->now());
  if (!due || broken_) return false;
  turn(limits_.turn, "timer", [&](duk_hthread* context) {
    const function_store timers{context, function_store::timers};
    const int arguments = timers.push(std::to_string(due->id));
    if (arguments < 0) return;
    if (!due->repeats) timers.erase(std::to_string(due->id));
    duk_call_method(context, arguments);
  });
  return true;
}

job_result script_vm::run_job(std::string_view tag) {
  job_result ended;
  const bool done = turn(limits_.job, job_name(tag), [&](duk_hthread* context) {
    const int arguments = function_store{context, function_store::jobs}.push(tag);
    if (arguments < 0) return;
    duk_call_method(context, arguments);
    ended.result_json = to_json(context, -1).value_or("");
  });
  if (!done) {
    ended.outcome = broken_ ? job_outcome::timed_out : job_outcome::failed;
    ended.error = last_error_;
  }
  return ended;
}

void script_vm::forget_job(std::string_view tag) {
  heap_->protect([&](duk_hthread* context) { function_store{context, function_store::jobs}.erase(tag); });
}

void script_vm::call_job_passed(std::string_view tag, std::string_view cron, std::uint64_t limit) {
  call_job_hook(hook::job_passed, tag, cron, limit, nullptr);
}

void script_vm::call_job_failed(std::string_view tag, std::string_view cron, std::uint64_t limit,
                                std::string_view error) {
  call_job_hook(hook::job_failed, tag, cron, limit, &error);
}

void script_vm::call_hub_action(std::string_view action, std::string_view argument_json) {
  if (!has(hook::hub_action)) return;
  hook_turn(hook::hub_action, [&](duk_hthread* context) {
    ++counters_.hook_calls;
    duk_push_heapptr(context, hooks_[static_cast<std::size_t>(hook::hub_action)]);
    duk_push_global_object(context);
    push_text(context, action);
    if (argument_json.empty()) {
      duk_push_undefined(context);
    } else {
      push_text(context, argument_json);
      duk_json_decode(context, -1);
    }
    duk_call_method(context, 2);
  });
}

void script_vm::call_job_hook(hook which, std::string_view tag, std::string_view cron, std::uint64_t limit,
                              const std::string_view* error) {
  if (!has(which)) return;
  hook_turn(which, [&](duk_hthread* context) {
    ++counters_.hook_calls;
    duk_push_heapptr(context, hooks_[static_cast<std::size_t>(which)]);
    duk_push_global_object(context);
    push_text(context, tag);
    push_text(context, cron);
    duk_push_number(context, static_cast<double>(limit));
    if (error != nullptr) push_text(context, *error);
    duk_call_method(context, error != nullptr ? 4 : 3);
  });
}

} // namespace remora::script
