#include "traffic/dissect/conversation.hpp"

#include <algorithm>
#include <utility>

namespace remora::traffic {

namespace {

/// Halves that may wait in one conversation. More pipelined requests than that have not been seen; a scan of
/// ports with DNS queries has.
constexpr std::size_t max_waiting = 512;

std::string pair_not_found_text(direction side) {
  return side == direction::from_client ? "no response seen" : "no request seen";
}

/// What a half says of itself goes before what its pairing says.
void tell_trouble(item& made, const message_half& half) {
  if (!half.trouble || made.trouble != item_trouble::none) return;
  made.trouble = half.trouble->kind;
  made.trouble_text = half.trouble->text;
}

} // namespace

conversation::conversation(const dissect_surroundings& around, const flow_info& flow, stream_kind kind)
    : around_{around},
      number_{flow.number},
      client_{flow.client},
      server_{flow.server},
      kind_{kind},
      start_seen_{flow.client_known} {}

conversation::~conversation() = default;

const message_half* conversation::waiting(direction side, std::uint64_t key, bool turned) const noexcept {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const waiting_half& one) {
    return one.key == key && one.side == side && one.half.turned == turned;
  });
  return found == waiting_.end() ? nullptr : &found->half;
}

void conversation::add(direction side, std::uint64_t key, message_half half) {
  const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const waiting_half& one) {
    return one.key == key && one.half.turned == half.turned;
  });
  if (same != waiting_.end() && same->side != side) {
    waiting_half other = std::move(*same);
    forget(same);
    if (side == direction::from_client) return emit_pair(key, std::move(half), std::move(other.half));
    return emit_pair(key, std::move(other.half), std::move(half));
  }
  if (same != waiting_.end()) {
    waiting_half older = std::move(*same);
    forget(same);
    std::string text = pair_not_found_text(older.side);
    emit_single(std::move(older), item_trouble::pair_not_found, std::move(text));
  }
  if (waiting_.size() >= max_waiting)
    give_up_first(item_trouble::pair_not_found, pair_not_found_text(waiting_.front().side));
  if (side == direction::from_client) ++waiting_requests_;
  if (!is_due_some_time()) around_.due.set(*this, gives_up_at(half));
  waiting_.push_back({side, key, std::move(half)});
}

void conversation::forget(std::vector<waiting_half>::iterator one) {
  if (one->side == direction::from_client) --waiting_requests_;
  waiting_.erase(one);
}

item conversation::start(std::uint64_t key, const message_half& half) {
  item made;
  made.protocol = half.protocol;
  made.stream = number_;
  made.index = index_++;
  made.kind = kind_;
  made.source.address = client_;
  made.destination.address = server_;
  if (half.turned) std::swap(made.source, made.destination);
  made.time = half.time;
  made.match_number = key;
  made.gap = half.gap;
  return made;
}

void conversation::finish(item done) {
  ++around_.counters.items;
  around_.items.take(std::move(done));
}

void conversation::emit_pair(std::uint64_t key, message_half request, message_half response) {
  item made = start(key, request);
  // The response may know better: HTTP/1.1 that became gRPC, a version that was negotiated.
  if (made.protocol->name != response.protocol->name) made.protocol = response.protocol;
  made.gap = request.gap || response.gap;
  made.elapsed_us = std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::microseconds>(response.time - request.time).count());
  made.request_size = request.size;
  made.response_size = response.size;
  tell_trouble(made, request);
  tell_trouble(made, response);
  made.request = std::move(request.part);
  made.response = std::move(response.part);
  ++around_.counters.pairs;
  finish(std::move(made));
}

void conversation::emit_single(waiting_half one, item_trouble trouble, std::string text) {
  if (!around_.half_items) {
    ++around_.counters.halves_left_out;
    return;
  }
  item made = start(one.key, one.half);
  tell_trouble(made, one.half);
  if (made.trouble == item_trouble::none) {
    made.trouble = trouble;
    made.trouble_text = std::move(text);
  }
  const bool is_request = one.side == direction::from_client;
  (is_request ? made.request_size : made.response_size) = one.half.size;
  (is_request ? made.request : made.response) = std::move(one.half.part);
  ++around_.counters.halves;
  finish(std::move(made));
}

void conversation::alone(direction side, std::uint64_t key, message_half half) {
  item made = start(key, half);
  const bool is_request = side == direction::from_client;
  (is_request ? made.request_size : made.response_size) = half.size;
  (is_request ? made.request : made.response) = std::move(half.part);
  ++around_.counters.singles;
  finish(std::move(made));
}

void conversation::one_way(direction side, message_half half) {
  item made = start(0, half);
  if (side == direction::from_server) std::swap(made.source, made.destination);
  made.request_size = half.size;
  made.data = std::move(half.part);
  ++around_.counters.singles;
  finish(std::move(made));
}

void conversation::failed(direction side, std::uint64_t key, message_half half, std::string why) {
  item made = start(key, half);
  made.trouble = item_trouble::dissection;
  made.trouble_text = std::move(why);
  const bool is_request = side == direction::from_client;
  (is_request ? made.request_size : made.response_size) = half.size;
  (is_request ? made.request : made.response) = std::move(half.part);
  ++around_.counters.failed;
  finish(std::move(made));
}

void conversation::give_up_first(item_trouble trouble, std::string text) {
  waiting_half one = std::move(waiting_.front());
  forget(waiting_.begin());
  emit_single(std::move(one), trouble, std::move(text));
}

void conversation::give_up() {
  while (!waiting_.empty())
    give_up_first(item_trouble::pair_not_found, pair_not_found_text(waiting_.front().side));
}

void conversation::end(stream_end how) {
  while (!waiting_.empty()) {
    const direction side = waiting_.front().side;
    if (how == stream_end::reset && side == direction::from_client) {
      give_up_first(item_trouble::connection, "Reset");
    } else {
      give_up_first(item_trouble::pair_not_found, pair_not_found_text(side));
    }
  }
}

/// An answer over TCP may take its time: it may still come as long as the connection is not silent.
timestamp conversation::gives_up_at(const message_half& half) const noexcept {
  if (kind_ == stream_kind::udp) return half.time + around_.pairing_time;
  return std::min(std::max(half.time, last_heard_) + around_.stream_pairing_time,
                  half.time + 10 * around_.stream_pairing_time);
}

void conversation::expire(timestamp now) {
  while (!waiting_.empty() && gives_up_at(waiting_.front().half) <= now)
    give_up_first(item_trouble::pair_not_found, pair_not_found_text(waiting_.front().side));
  if (!waiting_.empty()) around_.due.set(*this, gives_up_at(waiting_.front().half));
}

} // namespace remora::traffic
