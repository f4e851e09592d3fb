#include "script/heap.hpp"

#include <duktape.h>

#include "base/log.hpp"
#include "script/duktape/engine_hooks.h"
#include "script/duktape/fast_paths.h"

namespace remora::script {

heap::heap(std::size_t memory_bytes, const run_clock& clock, std::uint64_t seed) noexcept
    : memory_{memory_bytes}, clock_{clock}, dice_{static_cast<std::minstd_rand::result_type>(seed)} {}

result<std::unique_ptr<heap>> heap::create(std::size_t memory_bytes, const run_clock& clock,
                                           std::uint64_t seed) {
  std::unique_ptr<heap> made{new heap{memory_bytes, clock, seed}};
  made->context_ = duk_create_heap(
      [](void* udata, duk_size_t bytes) { return from_user_data(udata)->give(nullptr, bytes); },
      [](void* udata, void* block, duk_size_t bytes) { return from_user_data(udata)->give(block, bytes); },
      [](void* udata, void* block) { from_user_data(udata)->memory_.release(block); },
      static_cast<engine_host*>(made.get()),
      [](void* udata, const char* message) { remora_script_fatal(udata, message); });
  if (made->context_ == nullptr) {
    return fail(errc::script_memory, "the JavaScript engine does not start within " +
                                         std::to_string(memory_bytes) +
                                         " bytes; raise scripting.limits.memory");
  }
  return made;
}

heap::~heap() {
  budget_.lift();
  if (context_ != nullptr) duk_destroy_heap(context_);
}

heap& heap::of(duk_hthread* context) noexcept {
  duk_memory_functions functions;
  duk_get_memory_functions(context, &functions);
  return *from_user_data(functions.udata);
}

bool heap::protect(const std::function<void(duk_hthread*)>& body) {
  const auto call = [](duk_context* context, void* udata) -> duk_ret_t {
    (*static_cast<const std::function<void(duk_hthread*)>*>(udata))(context);
    return 0;
  };
  // The one result slot takes the exception; on success it holds nothing of use and goes.
  if (duk_safe_call(context_, call, const_cast<void*>(static_cast<const void*>(&body)), 0, 1) !=
      DUK_EXEC_SUCCESS) {
    return false;
  }
  duk_pop(context_);
  return true;
}

void* heap::give(void* block, std::size_t bytes) noexcept {
  void* given = memory_.reallocate(block, bytes);
  // Without this the script would go on for thousands of instructions, each failure with its collections.
  if (given == nullptr && bytes != 0 && memory_.exhausted() && context_ != nullptr)
    remora_ask_budget_now(context_);
  return given;
}

bool heap::budget_exhausted() noexcept { return memory_.exhausted() || budget_.exhausted(); }

double heap::now_ms() noexcept {
  const std::int64_t whole_ms = to_unix_ns(clock_.now()) / 1'000'000;
  return static_cast<double>(whole_ms);
}

double heap::random() noexcept {
  constexpr auto range = static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min()) + 1.0;
  return static_cast<double>(dice_() - std::minstd_rand::min()) / range;
}

void heap::fatal(const char* message) noexcept {
  if (watch_) watch_->mark_dead();
  log::error("script-engine-broken", "reason=", message,
             " the script is out of service until remora restarts");
}

} // namespace remora::script
