#pragma once

#include <cstddef>
#include <cstdint>

namespace remora::script {

/// The allocator of one heap: malloc with a hard limit on what is in use at a time.
///
/// A script can catch the engine's "alloc failed" and go on asking, and each failure costs several full
/// garbage collections; so failures are counted, and after a few the script is to be ended.
class memory_cap {
 public:
  explicit memory_cap(std::size_t limit_bytes) noexcept : limit_{limit_bytes} {}
  memory_cap(const memory_cap&) = delete;
  memory_cap& operator=(const memory_cap&) = delete;

  void* allocate(std::size_t bytes) noexcept;
  void* reallocate(void* block, std::size_t bytes) noexcept;
  void release(void* block) noexcept;

  std::size_t in_use_bytes() const noexcept { return in_use_; }
  std::size_t peak_bytes() const noexcept { return peak_; }

  /// True once the script met the limit so often that it has to be ended.
  bool exhausted() const noexcept { return refused_ >= refusals_to_exhaustion; }
  /// True once anything was refused.
  bool refused_any() const noexcept { return refused_ > 0; }

 private:
  /// The engine asks four times, collecting garbage in between, before one allocation fails for good: this is
  /// three failures that a script can catch.
  static constexpr std::uint32_t refusals_to_exhaustion = 12;

  bool admit(std::size_t bytes) noexcept;

  std::size_t limit_;
  std::size_t in_use_ = 0;
  std::size_t peak_ = 0;
  std::uint32_t refused_ = 0;
};

} // namespace remora::script
