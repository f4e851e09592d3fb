#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace remora::traffic {

class deadlines;

/// Something that has to be looked at when a time has come. It takes itself out of its deadlines when it
/// goes.
class expiring {
 public:
  expiring() = default;
  expiring(const expiring&) = delete;
  expiring& operator=(const expiring&) = delete;

  /// The time has come, or has not quite. May set a new one.
  virtual void expire(timestamp now) = 0;

  bool is_due_some_time() const noexcept { return next_ != nullptr; }

 protected:
  virtual ~expiring() { leave(); }

 private:
  friend class deadlines;
  void leave() noexcept {
    if (next_ == nullptr) return;
    next_->previous_ = previous_;
    previous_->next_ = next_;
    next_ = previous_ = nullptr;
  }

  expiring* next_ = nullptr;
  expiring* previous_ = nullptr;
};

/// Deadlines of many, by the clock of the capture: a wheel of a quarter of a second each, so that setting
/// one, taking it back and letting time pass cost the same however many there are. One thread.
class deadlines {
 public:
  deadlines() noexcept;
  deadlines(const deadlines&) = delete;
  deadlines& operator=(const deadlines&) = delete;
  ~deadlines();

  /// `who` expires within a quarter of a second after `when`; earlier (and then it may ask again) when that
  /// is more than 15 s ahead. Takes the place of what was set before.
  void set(expiring& who, timestamp when) noexcept;

  /// Lets time pass: all that is due expires. Time does not go back.
  void advance(timestamp now) {
    const std::int64_t tick = tick_of(now);
    if (tick > tick_) turn(tick, now);
  }

 private:
  static constexpr std::size_t slots = 64;
  static constexpr std::int64_t tick_ns = 250'000'000;

  struct head final : expiring {
    void expire(timestamp) override {}
  };

  static std::int64_t tick_of(timestamp when) noexcept { return to_unix_ns(when) / tick_ns; }
  void turn(std::int64_t tick, timestamp now);
  void empty(expiring& slot, timestamp now);

  std::array<head, slots> slots_;
  std::int64_t tick_ = 0; ///< All before it has expired.
};

} // namespace remora::traffic
