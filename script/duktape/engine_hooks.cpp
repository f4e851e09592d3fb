#include "script/duktape/engine_hooks.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <pthread.h>
#include <unistd.h>

#include "script/duktape/engine_host.hpp"

namespace {

remora::script::engine_host* host_of(void* udata) { return static_cast<remora::script::engine_host*>(udata); }

/// The address below which the calling thread must not go: the end of its stack plus the reserve.
std::uintptr_t stack_floor() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* lowest = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(lowest) + remora::script::native_stack_reserve_bytes;
}

} // namespace

int remora_script_budget_exhausted(void* udata) {
  return udata != nullptr && host_of(udata)->budget_exhausted() ? 1 : 0;
}

int remora_native_stack_exhausted(void) {
  static thread_local const std::uintptr_t floor = stack_floor();
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < floor ? 1 : 0;
}

double remora_script_now_ms(void* udata) {
  if (udata != nullptr) return host_of(udata)->now_ms();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

double remora_script_random(void* udata) {
  return udata != nullptr ? host_of(udata)->random() : static_cast<double>(std::rand()) / (RAND_MAX + 1.0);
}

void remora_script_fatal(void* udata, const char* message) {
  if (udata == nullptr) std::abort();
  host_of(udata)->fatal(message);
  // The heap is inconsistent and the callers on this stack expect no return: the thread stops here for good,
  // and whoever supervises it takes the script out of service.
  for (;;)
    pause();
}
