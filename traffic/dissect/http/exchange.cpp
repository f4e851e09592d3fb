#include "traffic/dissect/http/exchange.hpp"

#include <algorithm>
#include <utility>

#include "traffic/dissect/http/facts.hpp"

namespace remora::traffic::http {

namespace {
/// Requests that are not ordinary, waiting for their responses. Beyond, the oldest is taken for ordinary.
constexpr std::size_t most_odd = 64;
} // namespace

exchange::exchange(conversation& about) : about_{about}, in_doubt_{!about.start_seen()} {}

std::uint64_t exchange::request_begins(request_kind kind) {
  if (unpairable_) requests_ = std::max(requests_, responses_);
  if (requests_ > responses_) pipelined_ = true;
  ++requests_;
  if (kind != request_kind::ordinary) {
    if (odd_.size() == most_odd) odd_.erase(odd_.begin());
    odd_.push_back({requests_, kind});
  }
  return requests_;
}

place exchange::response_begins() {
  if (unpairable_) {
    responses_ = std::max(requests_, responses_) + 1;
    return {responses_, request_kind::ordinary};
  }
  ++responses_;
  // It answers nothing that was seen: then it shall not be taken for the answer to what comes next.
  if (in_doubt_ && responses_ > requests_) requests_ = responses_;
  return {responses_, take_odd(responses_)};
}

request_kind exchange::next_request() const noexcept {
  const std::uint64_t number = responses_ + 1;
  for (const odd_request& one : odd_)
    if (one.number == number) return one.kind;
  return request_kind::ordinary;
}

bool exchange::connect_waits() const noexcept {
  return std::any_of(odd_.begin(), odd_.end(),
                     [](const odd_request& one) { return one.kind == request_kind::connect; });
}

request_kind exchange::take_odd(std::uint64_t number) noexcept {
  request_kind kind = request_kind::ordinary;
  while (!odd_.empty() && odd_.front().number <= number) {
    if (odd_.front().number == number) kind = odd_.front().kind;
    odd_.erase(odd_.begin());
  }
  return kind;
}

void exchange::completed(direction way, std::uint64_t number, std::unique_ptr<message> part, timestamp time,
                         std::uint64_t size, bool gap, std::unique_ptr<const half_trouble> trouble) {
  message_half half;
  half.protocol = part->line().major == 1 && part->line().minor >= 1 ? &http_1_1_facts : &http_1_0_facts;
  half.part = std::move(part);
  half.time = time;
  half.size = size;
  half.gap = gap;
  half.trouble = std::move(trouble);
  if (way == direction::from_client) return about_.request(number, std::move(half));
  about_.response(number, std::move(half));
}

void exchange::not_understood(direction way, timestamp time, std::string why, bool gap) {
  message_half half;
  half.protocol = &http_1_1_facts;
  half.time = time;
  half.gap = gap;
  const std::uint64_t number = (way == direction::from_client ? requests_ : responses_) + 1;
  about_.failed(way, number, std::move(half), std::move(why));
  in_doubt_ = true;
}

void exchange::lost_count(direction way, bool other_is_inside) {
  in_doubt_ = true;
  if (pipelined_ && !unpairable_) {
    unpairable_ = true;
    about_.give_up();
  }
  if (way == direction::from_client) { // those before still get their responses, before all others
    requests_ = std::max(requests_, responses_);
    return;
  }
  // Responses are lost: only a request that is not complete yet can still get its own.
  about_.give_up();
  const std::uint64_t answered = requests_ - (other_is_inside && requests_ > 0 ? 1 : 0);
  responses_ = std::max(responses_, answered);
  requests_ = std::max(requests_, responses_);
  take_odd(responses_);
}

void exchange::leave_http() {
  over_ = true;
  about_.give_up();
}

} // namespace remora::traffic::http
