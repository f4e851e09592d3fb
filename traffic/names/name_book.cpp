#include "traffic/names/name_book.hpp"

#include <algorithm>
#include <utility>

namespace remora::traffic {

namespace {

std::shared_ptr<const endpoint_identity> named(std::string_view name, name_mechanism mechanism) {
  endpoint_identity made;
  made.name = name;
  made.mechanism = mechanism;
  if (mechanism == name_mechanism::dns) made.dns = name;
  return std::make_shared<const endpoint_identity>(std::move(made));
}

/// About what the allocator hands out for an address, and for a name with its two copies.
constexpr std::size_t address_cost = 192;
std::size_t cost_of(const endpoint_identity& one) noexcept { return 256 + one.name.size() + one.dns.size(); }

} // namespace

name_book::name_book(const name_limits& limits) : limits_{limits} {}
name_book::~name_book() = default;

void name_book::set_static(const std::vector<hosts_entry>& entries, timestamp now) {
  set_file(static_, entries, now);
}
void name_book::set_hosts(const std::vector<hosts_entry>& entries, timestamp now) {
  set_file(hosts_, entries, now);
}

void name_book::set_file(file_names& to, const std::vector<hosts_entry>& entries, timestamp now) {
  file_names fresh;
  fresh.read = now;
  bool as_before = true;
  for (const hosts_entry& one : entries) {
    if (!is_presentable_name(one.name) || fresh.by_ip.count(one.ip) != 0) continue;
    const auto before = to.by_ip.find(one.ip);
    const bool same = before != to.by_ip.end() && before->second->name == one.name;
    fresh.by_ip.emplace(one.ip, same ? before->second : named(one.name, name_mechanism::ip));
    fresh.order.push_back(one.ip);
    as_before = as_before && same;
  }
  if (as_before && fresh.order == to.order) return; // the file was read again, and that is all
  to = std::move(fresh);
  combined_.clear();
  ++changes_;
}

void name_book::set_sockets(std::shared_ptr<const socket_snapshot> sockets) { sockets_ = std::move(sockets); }

name_book::told_address& name_book::told(const ip_address& ip) {
  const auto known = by_ip_.find(ip);
  if (known != by_ip_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, known->second);
    return by_use_.front();
  }
  by_use_.push_front({ip, {}});
  by_ip_.emplace(ip, by_use_.begin());
  bytes_ += address_cost;
  return by_use_.front();
}

void name_book::learn(const ip_address& ip, std::string_view name, std::chrono::seconds ttl, timestamp when) {
  if (!is_presentable_name(name) || limits_.names_per_address == 0 || limits_.addresses == 0) return;
  const timestamp good_until = when + std::min(ttl, limits_.longest_ttl) + limits_.grace;
  told_address& address = told(ip);
  for (told_name& one : address.names) {
    if (one.identity->name != name) continue;
    one.first = std::min(one.first, when);
    one.last = std::max(one.last, when);
    one.good_until = std::max(one.good_until, good_until);
    return;
  }
  if (address.names.size() >= limits_.names_per_address) drop_oldest_name(address);
  address.names.push_back({named(name, name_mechanism::dns), when, when, good_until});
  bytes_ += cost_of(*address.names.back().identity);
  ++changes_;
  while (by_use_.size() > limits_.addresses || (bytes_ > limits_.bytes && by_use_.size() > 1))
    drop_least_used();
}

void name_book::drop_oldest_name(told_address& of) {
  const auto oldest =
      std::min_element(of.names.begin(), of.names.end(),
                       [](const told_name& a, const told_name& b) { return a.last < b.last; });
  bytes_ -= cost_of(*oldest->identity);
  of.names.erase(oldest);
}

void name_book::drop_least_used() {
  told_address& last = by_use_.back();
  while (!last.names.empty())
    drop_oldest_name(last);
  bytes_ -= address_cost;
  by_ip_.erase(last.ip);
  by_use_.pop_back();
}

name_book::identity_ptr name_book::file_name(const ip_address& ip) const {
  for (const file_names* names : {&static_, &hosts_}) {
    const auto found = names->by_ip.find(ip);
    if (found != names->by_ip.end()) return found->second;
  }
  return nullptr;
}

name_book::identity_ptr name_book::dns_name(const ip_address& ip, timestamp when) {
  const auto known = by_ip_.find(ip);
  if (known == by_ip_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, known->second);
  // Of the names that were good then, the one that was seen last, as far as was known then.
  const told_name* best = nullptr;
  for (const told_name& one : known->second->names) {
    if (one.first > when || one.good_until < when) continue;
    if (best == nullptr ||
        std::pair{std::min(one.last, when), one.first} > std::pair{std::min(best->last, when), best->first})
      best = &one;
  }
  return best == nullptr ? nullptr : best->identity;
}

std::shared_ptr<const endpoint_identity> name_book::find(const ip_endpoint& endpoint, socket_kind kind,
                                                         timestamp when) {
  return combined({file_name(endpoint.ip), dns_name(endpoint.ip, when),
                   sockets_ ? sockets_->find(endpoint, kind) : nullptr});
}

std::size_t name_book::parts_hash::operator()(const parts& of) const noexcept {
  std::size_t hash = 0;
  for (const identity_ptr* one : {&of.file, &of.dns, &of.owner})
    hash = (hash ^ reinterpret_cast<std::uintptr_t>(one->get()) >> 4u) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32u;
}

name_book::identity_ptr name_book::combined(parts of) {
  if (!of.dns && !of.owner) return std::move(of.file);
  if (!of.file && !of.owner) return std::move(of.dns);
  if (!of.file && !of.dns) return std::move(of.owner);
  const auto known = combined_.find(of);
  if (known != combined_.end()) return known->second;
  endpoint_identity made = of.owner ? *of.owner : endpoint_identity{};
  const endpoint_identity& namer = of.file ? *of.file : *of.dns;
  made.name = namer.name;
  made.mechanism = namer.mechanism;
  if (of.dns) made.dns = of.dns->dns;
  if (combined_.size() >= limits_.combinations) combined_.clear();
  // The entry keeps its parts: no other part can get an address that stands in a key.
  auto identity = std::make_shared<const endpoint_identity>(std::move(made));
  combined_.emplace(std::move(of), identity);
  return identity;
}

std::vector<name_record> name_book::history() const {
  std::vector<name_record> out;
  for (const file_names* names : {&static_, &hosts_}) {
    for (const ip_address& ip : names->order)
      out.push_back({ip, names->by_ip.at(ip)->name, names->read, names->read, name_mechanism::ip});
  }
  for (const told_address& address : by_use_) {
    for (const told_name& one : address.names)
      out.push_back({address.ip, one.identity->name, one.first, one.last, name_mechanism::dns});
  }
  return out;
}

} // namespace remora::traffic
