#include "traffic/dissect/dns/dns_talk.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace remora::traffic {

namespace {

/// The same bytes again within this time are the same packet, captured twice. Source: items, section 4,
/// "duplicate window".
constexpr nanoseconds duplicate_window = std::chrono::milliseconds{200};
/// How long after a repeated query answers to it may still come.
constexpr nanoseconds repetition_window = std::chrono::seconds{10};
constexpr std::size_t most_seen = 32;
constexpr std::size_t most_repeated = 32;

constexpr unsigned opcode_query = 0;

std::uint64_t fingerprint_of(direction way, byte_view message) noexcept {
  const std::string_view text{reinterpret_cast<const char*>(message.data()), message.size()};
  return std::hash<std::string_view>{}(text)*2 + (way == direction::from_client ? 0 : 1);
}

bool is_transfer(const dns_part& part) {
  if (part.count(dns_section::questions) == 0) return false;
  const std::uint16_t type = part.entry(*part.first(dns_section::questions)).type;
  return type == dns_type::axfr || type == dns_type::ixfr;
}

} // namespace

void dns_talk::on_message(direction way, byte_view message, std::uint64_t size, bool is_cut, timestamp time) {
  if (how_ == transport::datagrams && seen_just_now(way, message, time)) return;
  const auto header = read_dns_header(message);
  if (!header) return failed(way, message, size, time, "a DNS message of fewer than 12 bytes");
  const direction asks = header->is_response() ? opposite(way) : way;
  const bool turned = asks == direction::from_server;
  const bool expected =
      header->is_response() && about_.waiting(direction::from_client, header->id, turned) != nullptr;
  auto part = dns_part::make(message, !expected);
  const dns_part& read = *part;
  message_half half;
  half.protocol = &facts_;
  half.part = std::move(part);
  half.time = time;
  half.size = size;
  half.turned = turned;
  if (!read.has_all_questions() && !is_cut)
    return about_.failed(asks == way ? direction::from_client : direction::from_server, header->id,
                         std::move(half), "a question of a DNS message cannot be read");
  // Some servers that shorten an answer count what they left out.
  const bool was_shortened = header->truncated() && read.message().size() == message.size();
  if (header->is_response() && !read.has_all() && !is_cut && !was_shortened)
    half.trouble = std::make_unique<const half_trouble>(
        half_trouble{item_trouble::dissection, "a record of a DNS message cannot be read"});
  header->is_response() ? on_answer(read, std::move(half)) : on_query(read, std::move(half));
}

void dns_talk::on_query(const dns_part& part, message_half half) {
  const std::uint16_t id = part.header().id;
  if (is_retry(part, half)) return note_retry(id, half); // the first keeps its time
  if (is_transfer(part)) {
    transfers_ = true;
    transfer_id_ = id;
  }
  about_.request(id, std::move(half));
}

void dns_talk::on_answer(const dns_part& part, message_half half) {
  const std::uint16_t id = part.header().id;
  if (about_.waiting(direction::from_client, id, half.turned) == nullptr) {
    if (answers_a_retry(id, half)) return;
    if (transfers_ && transfer_id_ == id) return about_.alone(direction::from_server, id, std::move(half));
  }
  about_.response(id, std::move(half));
}

bool dns_talk::seen_just_now(direction way, byte_view message, timestamp time) {
  const std::uint64_t fingerprint = fingerprint_of(way, message);
  for (const seen_message& one : seen_) {
    if (one.fingerprint == fingerprint && time - one.time <= duplicate_window) return true;
  }
  if (seen_.size() < most_seen) {
    seen_.push_back({fingerprint, time});
  } else {
    seen_[next_seen_] = {fingerprint, time};
    next_seen_ = (next_seen_ + 1) % most_seen;
  }
  return false;
}

bool dns_talk::is_retry(const dns_part& part, const message_half& half) const {
  const message_half* first = about_.waiting(direction::from_client, part.header().id, half.turned);
  if (first == nullptr || !first->part) return false;
  const auto& before = static_cast<const dns_part&>(*first->part);
  // Only a query may be tried again in other words: without EDNS, say.
  if (part.header().opcode() != opcode_query) return before.message() == part.message();
  return before.header().opcode() == opcode_query &&
         before.message().skip(dns_header::size) == part.message().skip(dns_header::size);
}

void dns_talk::note_retry(std::uint16_t id, const message_half& half) {
  for (repeated_query& one : repeated_) {
    if (one.id != id || one.turned != half.turned) continue;
    if (half.time - one.last > repetition_window) one.times = 0;
    if (one.times < 255) ++one.times;
    one.last = half.time;
    return;
  }
  if (repeated_.size() >= most_repeated) repeated_.erase(repeated_.begin());
  repeated_.push_back({id, half.turned, 1, half.time});
}

bool dns_talk::answers_a_retry(std::uint16_t id, const message_half& half) {
  const auto one = std::find_if(repeated_.begin(), repeated_.end(), [&](const repeated_query& each) {
    return each.id == id && each.turned == half.turned;
  });
  if (one == repeated_.end()) return false;
  const bool in_time = half.time - one->last <= repetition_window;
  if (!in_time || --one->times == 0) repeated_.erase(one);
  return in_time;
}

void dns_talk::failed(direction way, byte_view begun, std::uint64_t size, timestamp time, const char* why) {
  const std::uint16_t id = begun.size() < 2 ? std::uint16_t{0} : load_big16(begun.data());
  message_half half;
  half.protocol = &facts_;
  half.time = time;
  half.size = size;
  about_.failed(way, id, std::move(half), why);
}

} // namespace remora::traffic
