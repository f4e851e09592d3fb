#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "script/duktape/engine_host.hpp"
#include "script/memory_cap.hpp"
#include "script/run_clock.hpp"
#include "script/time_budget.hpp"
#include "script/turn_watch.hpp"

struct duk_hthread;

namespace remora::script {

/// A JavaScript heap with its limits. Not copied, not moved: the engine holds its address. One thread at a
/// time.
class heap final : private engine_host {
 public:
  /// `clock` drives Date; `seed` drives Math.random. Both outlive the heap's use.
  /// Errors: script_memory when the limit is too small even for the engine's own objects.
  static result<std::unique_ptr<heap>> create(std::size_t memory_bytes, const run_clock& clock,
                                              std::uint64_t seed);
  ~heap() override;
  heap(const heap&) = delete;
  heap& operator=(const heap&) = delete;

  duk_hthread* context() noexcept { return context_; }
  time_budget& budget() noexcept { return budget_; }
  const memory_cap& memory() const noexcept { return memory_; }

  /// Reported to when the engine breaks, so that a supervisor sees it.
  void set_watch(std::shared_ptr<turn_watch> watch) noexcept { watch_ = std::move(watch); }

  /// True when the running script is being ended, for time or for memory.
  bool ending() const noexcept { return budget_.was_exhausted() || memory_.exhausted(); }

  /// Runs `body` so that whatever it throws, a JavaScript exception or a C++ one, is caught here. True when
  /// it returned; else the exception is on top of the value stack and everything `body` pushed is gone.
  bool protect(const std::function<void(duk_hthread*)>& body);

  /// The heap that a context belongs to.
  static heap& of(duk_hthread* context) noexcept;
  /// What belongs to this heap, for native functions to find again.
  void attach(void* owner) noexcept { owner_ = owner; }
  void* owner() const noexcept { return owner_; }

 private:
  heap(std::size_t memory_bytes, const run_clock& clock, std::uint64_t seed) noexcept;

  static heap* from_user_data(void* user_data) noexcept {
    return static_cast<heap*>(static_cast<engine_host*>(user_data));
  }

  void* give(void* block, std::size_t bytes) noexcept;

  bool budget_exhausted() noexcept override;
  double now_ms() noexcept override;
  double random() noexcept override;
  void fatal(const char* message) noexcept override;

  memory_cap memory_;
  time_budget budget_;
  const run_clock& clock_;
  std::minstd_rand dice_;
  std::shared_ptr<turn_watch> watch_;
  void* owner_ = nullptr;
  duk_hthread* context_ = nullptr;
};

} // namespace remora::script
