#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace remora::http {

using steady_time = std::chrono::steady_clock::time_point;

/// Who guesses tokens is not listened to for a while. Reads no clock; any thread may call it.
class lockout {
 public:
  static constexpr unsigned most_wrong = 10;
  static constexpr std::chrono::seconds window{60};
  /// How many addresses are remembered; beyond, the one that began longest ago is forgotten.
  static constexpr std::size_t most_addresses = 4096;

  /// How long an address is still locked out, rounded up; nothing when it is not.
  std::optional<std::chrono::seconds> locked_for(const std::string& address, steady_time now);
  /// A wrong token came from there. The tenth within a minute of the first locks the address out for a
  /// minute.
  void count_wrong(const std::string& address, steady_time now);
  std::size_t addresses() const;

  /// What is counted as one: an IPv4 address, or the /64 of an IPv6 one, which is what one customer has.
  static std::string group_of(const std::string& address);

 private:
  struct record {
    unsigned wrong = 0;
    steady_time ends; ///< Of the window, or of the lock.
  };
  void forget_old(steady_time now);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, record> records_;
  std::deque<std::string> order_; ///< The keys of records_, each once, as they began.
};

} // namespace remora::http
