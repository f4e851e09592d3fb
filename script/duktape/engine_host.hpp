#pragma once

namespace remora::script {

/// The owner of a heap, as the engine sees it: the heap's user data points to one. A heap without user data
/// has no limits and the wall clock.
class engine_host {
 public:
  virtual ~engine_host() = default;

  /// True once the running script has used up its time, until budget is granted anew.
  virtual bool budget_exhausted() noexcept = 0;

  /// Unix time in milliseconds by the clock of the run.
  virtual double now_ms() noexcept = 0;

  /// A number in [0, 1).
  virtual double random() noexcept = 0;

  /// The heap is beyond repair. Must leave a trace that a supervisor sees; the calling thread is parked
  /// after.
  virtual void fatal(const char* message) noexcept = 0;
};

/// How many bytes of the calling thread's stack are kept for native code below a script.
/// The deepest is the garbage collector, which may mark 20,000 levels (measured: under 1 MiB) at any
/// allocation.
inline constexpr unsigned long native_stack_reserve_bytes = 1536ul << 10;

} // namespace remora::script
