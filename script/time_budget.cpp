#include "script/time_budget.hpp"

#include "script/turn_watch.hpp"

namespace remora::script {

void time_budget::grant(nanoseconds time) noexcept {
  limited_ = true;
  exhausted_ = false;
  ends_at_ = thread_cpu_time() + time;
}

void time_budget::lift() noexcept { limited_ = exhausted_ = false; }

bool time_budget::exhausted() noexcept {
  if (limited_ && !exhausted_) exhausted_ = thread_cpu_time() >= ends_at_;
  return exhausted_;
}

} // namespace remora::script
