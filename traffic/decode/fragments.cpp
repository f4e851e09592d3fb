#include "traffic/decode/fragments.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace remora::traffic {
namespace {

constexpr std::uint32_t longest_datagram = 65'535;
constexpr std::uint16_t any_ipv6 = 0x100; // in a key, where IPv4 has its protocol

/// What the containers take besides the bytes, roughly and rather too much.
constexpr std::size_t datagram_overhead = 320;
constexpr std::size_t piece_overhead = 64;

/// Whether nothing is wrong with the fragment itself.
bool is_usable(const decoded_packet& fragment, byte_view data) noexcept {
  const bool last = !fragment.fragment.more;
  return !data.empty() && (last || data.size() % 8 == 0);
}

bool headers_were_read(const decoded_packet& fragment) noexcept {
  return fragment.ip_version != 0 && fragment.status != decode_status::malformed_network &&
         fragment.status != decode_status::truncated_network;
}

} // namespace

std::string_view to_string(fragment_fate fate) noexcept {
  switch (fate) {
    case fragment_fate::stored:
      return "stored";
    case fragment_fate::trimmed:
      return "trimmed";
    case fragment_fate::duplicate:
      return "duplicate";
    case fragment_fate::completing:
      return "completing";
    case fragment_fate::cut_off:
      return "cut_off";
    case fragment_fate::malformed:
      return "malformed";
    case fragment_fate::refused:
      return "refused";
  }
  return "unknown";
}

std::string_view to_string(datagram_end end) noexcept {
  switch (end) {
    case datagram_end::completed:
      return "completed";
    case datagram_end::timed_out:
      return "timed_out";
    case datagram_end::evicted:
      return "evicted";
    case datagram_end::overlapping:
      return "overlapping";
    case datagram_end::too_long:
      return "too_long";
    case datagram_end::inconsistent:
      return "inconsistent";
  }
  return "unknown";
}

bool fragment_table::key::operator<(const key& other) const noexcept {
  return std::tie(id, version_and_protocol, source, destination) <
         std::tie(other.id, other.version_and_protocol, other.source, other.destination);
}

std::optional<datagram_view> fragment_table::add(const decoded_packet& fragment, timestamp time) {
  expire(time);
  const fragment_fate fate = take(fragment, fragment.fragment_bytes());
  counters_.add(fate);
  while (bytes_ > limits_.bytes && !by_age_.empty()) {
    erase_oldest(datagram_end::evicted);
  }
  if (fate != fragment_fate::completing) return std::nullopt;
  return datagram_view{whole_protocol_, {whole_.data(), whole_.size()}};
}

void fragment_table::expire(timestamp now) {
  now_ = std::max(now_, now);
  const auto age =
      [this](const datagram& of) { // unsigned: two times may be further apart than a duration reaches
        return static_cast<std::uint64_t>(to_unix_ns(now_)) -
               static_cast<std::uint64_t>(to_unix_ns(of.first));
      };
  const auto wait = static_cast<std::uint64_t>(std::max(limits_.wait, nanoseconds::zero()).count());
  while (!by_age_.empty() && age(datagrams_.find(*by_age_.front())->second) > wait) {
    erase_oldest(datagram_end::timed_out);
  }
}

fragment_fate fragment_table::take(const decoded_packet& fragment, byte_view data) {
  if (!headers_were_read(fragment)) return fragment_fate::malformed;
  if (fragment.missing_bytes != 0) return fragment_fate::cut_off;
  if (!is_usable(fragment, data)) return fragment_fate::malformed;
  // The protocol is no part of the key in IPv6: only the first fragment's counts.
  const std::uint16_t protocol = fragment.ip_version == 4 ? fragment.fragment_protocol() : any_ipv6;
  const auto found = find_or_open({fragment.source, fragment.destination, fragment.fragment.id, protocol});
  if (found->second.dropped) return fragment_fate::refused;
  const std::size_t end = fragment.fragment.offset_bytes + data.size();
  if (end > longest_datagram) {
    drop(found, datagram_end::too_long);
    return fragment_fate::refused;
  }
  if (!agrees_on_end(found->second, static_cast<std::uint32_t>(end), fragment.fragment.more)) {
    drop(found, datagram_end::inconsistent);
    return fragment_fate::refused;
  }
  return store(found, fragment, data);
}

fragment_fate fragment_table::store(datagrams::iterator which, const decoded_packet& fragment,
                                    byte_view data) {
  datagram& to = which->second;
  const std::uint32_t offset = fragment.fragment.offset_bytes;
  const storing done = fragment.ip_version == 4 ? store_v4(to, offset, data) : store_v6(to, offset, data);
  if (done == storing::contradicts) {
    drop(which, datagram_end::overlapping);
    return fragment_fate::refused;
  }
  if (!fragment.fragment.more) to.total = offset + static_cast<std::uint32_t>(data.size());
  if (offset == 0 && done != storing::nothing_new) to.protocol = fragment.fragment_protocol();
  if (to.covered == to.total) {
    assemble(to);
    counters_.add(datagram_end::completed);
    --open_;
    erase(which);
    return fragment_fate::completing;
  }
  charge(to);
  switch (done) {
    case storing::all:
      return fragment_fate::stored;
    case storing::some:
      return fragment_fate::trimmed;
    default:
      return fragment_fate::duplicate;
  }
}

bool fragment_table::agrees_on_end(const datagram& with, std::uint32_t end, bool more) noexcept {
  if (with.total && (more ? end > *with.total : end != *with.total)) return false;
  if (more || with.parts.empty()) return true;
  const auto& [offset, last] = *with.parts.rbegin();
  return offset + last.length <= end;
}

/// The first piece that ends behind `offset`: there or behind it is where bytes from `offset` on may meet
/// one.
fragment_table::pieces::iterator fragment_table::first_behind(pieces& parts, std::uint32_t offset) {
  const auto next = parts.upper_bound(offset);
  if (next == parts.begin()) return next;
  const auto before = std::prev(next);
  return before->first + before->second.length > offset ? before : next;
}

void fragment_table::add_piece(datagram& to, pieces::iterator before, std::uint32_t offset, byte_view data) {
  const auto length = static_cast<std::uint32_t>(data.size());
  to.parts.emplace_hint(before, offset, piece{length, static_cast<std::uint32_t>(to.stored.size())});
  to.stored.insert(to.stored.end(), data.begin(), data.end());
  to.covered += length;
}

/// What came first stays; what is new goes between.
fragment_table::storing fragment_table::store_v4(datagram& to, std::uint32_t offset, byte_view data) {
  const std::uint32_t covered_before = to.covered;
  const std::uint32_t end = offset + static_cast<std::uint32_t>(data.size());
  auto next = first_behind(to.parts, offset);
  for (std::uint32_t at = offset; at < end;) {
    const std::uint32_t gap_end = next == to.parts.end() ? end : std::min(end, next->first);
    if (gap_end > at) add_piece(to, next, at, data.skip(at - offset).first(gap_end - at));
    if (gap_end == end) break;
    at = next->first + next->second.length;
    ++next;
  }
  const std::uint32_t added = to.covered - covered_before;
  return added == 0 ? storing::nothing_new : added == data.size() ? storing::all : storing::some;
}

fragment_table::storing fragment_table::store_v6(datagram& to, std::uint32_t offset, byte_view data) {
  const auto next = first_behind(to.parts, offset);
  if (next == to.parts.end() || next->first >= offset + data.size()) {
    add_piece(to, next, offset, data);
    return storing::all;
  }
  const piece& there = next->second;
  const bool repeated = next->first == offset && byte_view{to.stored.data() + there.at, there.length} == data;
  return repeated ? storing::nothing_new : storing::contradicts;
}

void fragment_table::assemble(const datagram& from) {
  whole_.resize(*from.total);
  for (const auto& [offset, part] : from.parts) {
    std::memcpy(whole_.data() + offset, from.stored.data() + part.at, part.length);
  }
  whole_protocol_ = from.protocol;
}

fragment_table::datagrams::iterator fragment_table::find_or_open(const key& which) {
  const auto found = datagrams_.find(which);
  if (found != datagrams_.end()) return found;
  while (!by_age_.empty() && datagrams_.size() >= limits_.datagrams) {
    erase_oldest(datagram_end::evicted);
  }
  const auto made = datagrams_.try_emplace(which).first;
  made->second.first = now_;
  made->second.age = by_age_.insert(by_age_.end(), &made->first);
  charge(made->second);
  ++open_;
  counters_.add_opened();
  return made;
}

/// In IPv6 the key is remembered: RFC 5722 wants fragments that are still to come refused. In IPv4, whose 16
/// bits of identification come round within seconds, the next fragment may be another datagram's.
void fragment_table::drop(datagrams::iterator which, datagram_end end) {
  counters_.add(end);
  --open_;
  datagram& dropped = which->second;
  if (which->first.version_and_protocol != any_ipv6) return erase(which);
  dropped.dropped = true;
  dropped.parts.clear();
  dropped.stored = {};
  charge(dropped);
}

void fragment_table::erase(datagrams::iterator which) {
  bytes_ -= which->second.charged;
  by_age_.erase(which->second.age);
  datagrams_.erase(which);
}

void fragment_table::erase_oldest(datagram_end why) {
  const auto oldest = datagrams_.find(*by_age_.front());
  if (!oldest->second.dropped) {
    counters_.add(why);
    --open_;
  }
  erase(oldest);
}

void fragment_table::charge(datagram& which) {
  bytes_ -= which.charged;
  which.charged = datagram_overhead + which.stored.capacity() + which.parts.size() * piece_overhead;
  bytes_ += which.charged;
}

} // namespace remora::traffic
