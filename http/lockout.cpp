#include "http/lockout.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

namespace remora::http {

std::string lockout::group_of(const std::string& address) {
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  constexpr std::size_t network_bytes = 8;
  std::fill(std::begin(bytes.s6_addr) + network_bytes, std::end(bytes.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &bytes, text.data(), text.size());
  return text.data();
}

std::optional<std::chrono::seconds> lockout::locked_for(const std::string& address, steady_time now) {
  const std::lock_guard lock{mutex_};
  const auto found = records_.find(group_of(address));
  if (found == records_.end() || found->second.wrong < most_wrong || found->second.ends <= now)
    return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(found->second.ends - now);
}

void lockout::count_wrong(const std::string& address, steady_time now) {
  const std::lock_guard lock{mutex_};
  forget_old(now);
  const std::string group = group_of(address);
  auto found = records_.find(group);
  if (found == records_.end()) {
    if (order_.size() >= most_addresses) {
      records_.erase(order_.front());
      order_.pop_front();
    }
    found = records_.emplace(group, record{0, now + window}).first;
    order_.push_back(group);
  }
  record& one = found->second;
  if (one.ends <= now) one = {0, now + window};
  if (++one.wrong == most_wrong) one.ends = now + window;
}

std::size_t lockout::addresses() const {
  const std::lock_guard lock{mutex_};
  return records_.size();
}

void lockout::forget_old(steady_time now) {
  // A record that was renewed keeps its place: it may hide older ones for a minute, and the cap holds anyway.
  while (!order_.empty() && records_[order_.front()].ends <= now) {
    records_.erase(order_.front());
    order_.pop_front();
  }
}

} // namespace remora::http
