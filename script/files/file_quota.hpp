#pragma once

#include <atomic>
#include <cstdint>

namespace remora::script {

/// How much the files of all scripts of a component may take together; scripting.limits.fileQuota. Any
/// thread.
class file_quota {
 public:
  /// What a file or folder counts beside its bytes, so that many empty ones are not for free.
  static constexpr std::uint64_t entry_bytes = 4096;

  /// @param used What is there already: bytes_below().
  explicit file_quota(std::uint64_t limit, std::uint64_t used = 0) noexcept : limit_{limit}, used_{used} {}

  /// False, and nothing taken, when there is no room for that.
  bool take(std::uint64_t bytes) noexcept {
    const std::uint64_t limit = limit_;
    std::uint64_t used = used_.load();
    do {
      if (used > limit || bytes > limit - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes));
    return true;
  }

  /// Others may have put files there that were never taken: it does not go below nothing.
  void give_back(std::uint64_t bytes) noexcept {
    std::uint64_t used = used_.load();
    while (!used_.compare_exchange_weak(used, used > bytes ? used - bytes : 0)) {
    }
  }

  std::uint64_t used() const noexcept { return used_.load(); }
  std::uint64_t limit() const noexcept { return limit_; }

  /// What is there already, whether it fits or not.
  void add_found(std::uint64_t bytes) noexcept { used_ += bytes; }
  /// What there is stays, even if it is more than that.
  void set_limit(std::uint64_t limit) noexcept { limit_ = limit; }

 private:
  std::atomic<std::uint64_t> limit_;
  std::atomic<std::uint64_t> used_;
};

} // namespace remora::script
