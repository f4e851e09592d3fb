#include <algorithm>
#include <chrono>
#include <duktape.h>

#include "script/duktape/fast_paths.h"
#include "script/script_vm.hpp"

// How a script gets items; what else it does is in script_vm.cpp.
namespace remora::script {

namespace {

using steady = std::chrono::steady_clock;

/// How many items pass between two looks at the clock.
constexpr unsigned items_per_look = 64;

} // namespace

const item* script_vm::deliver(const item* first, const item* last) {
  const item* next = first;
  const auto slice_end = steady::now() + slice;
  bool more = true;
  // An exception ends a turn; the next one goes on with the item after it.
  while (more && next != last && !broken_) {
    hook_turn(hook::item_captured,
              [&](duk_hthread* context) { more = call_item_hook(context, next, last, slice_end); });
    let_go_of_items();
  }
  return next;
}

/// Calls the hook until something else is to be done. `next` has passed an item before the hook sees it.
/// @returns false when deliver() is to come back.
bool script_vm::call_item_hook(duk_hthread* context, const item*& next, const item* last,
                               steady::time_point slice_end) {
  const bool capture_time = clock_->follows_capture();
  duk_require_stack(context, 8);
  duk_push_heapptr(context, hooks_[static_cast<std::size_t>(hook::item_captured)]);
  const duk_idx_t function = duk_get_top_index(context);
  duk_push_global_object(context);
  unsigned until_look = items_per_look;
  while (next != last) {
    if (capture_time && to_unix_ns(next->completed) >= std::min(limit_ns_, timers_.next_due_ns()))
      return false;
    if (--until_look == 0) {
      if (steady::now() >= slice_end) return false;
      until_look = items_per_look;
    }
    clock_->advance_to(to_unix_ns(next->completed));
    items_.push(context, members_of(*next++));
    ++counters_.hook_calls;
    remora_call_in_place(context, function);
    duk_pop(context);
    items_.release(context);
  }
  return false;
}

/// After a call that did not end well: what the script kept of its item is worked out now, because the batch
/// may be gone when it is read.
void script_vm::let_go_of_items() {
  if (items_.at_rest() || broken_) return;
  turn(limits_.turn, to_string(hook::item_captured), [&](duk_hthread* context) { items_.release(context); });
  if (items_.at_rest() || broken_) return;
  heap_->protect([&](duk_hthread* context) { items_.abandon(context); });
}

} // namespace remora::script
