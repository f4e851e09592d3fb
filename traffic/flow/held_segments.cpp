#include "traffic/flow/held_segments.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace remora::traffic {

held_segments::~held_segments() {
  for (const run& each : runs_) {
    for (held_piece* piece = each.head; piece != nullptr;) {
      const held_piece_ptr dying{piece};
      piece = piece->next;
    }
  }
}

held_segments::plan held_segments::plan_for(const tcp_segment& segment, std::uint32_t next) const noexcept {
  const std::uint32_t start = segment.sequence - next;
  const std::uint32_t end = segment.end() - next;
  // The first run that ends at or behind the start of the segment.
  const auto from = std::lower_bound(runs_.begin(), runs_.end(), start,
                                     [&](const run& each, std::uint32_t at) { return each.end - next < at; });
  plan out;
  out.first_run = static_cast<std::size_t>(from - runs_.begin());
  std::uint32_t at = start;
  std::uint32_t kept = 0; // captured bytes in the pieces
  const auto keep = [&](std::uint32_t to) {
    const auto size = segment.part(at - start, to - at).bytes.size();
    out.memory += held_piece::memory_of(size);
    kept += static_cast<std::uint32_t>(size);
  };
  auto to = from;
  for (; to != runs_.end() && to->start - next <= end; ++to) {
    if (to->start - next > at) keep(to->start - next);
    at = std::max(at, std::min(to->end - next, end));
  }
  if (at < end) keep(end);
  out.last_run = static_cast<std::size_t>(to - runs_.begin());
  out.overlap = static_cast<std::uint32_t>(segment.bytes.size()) - kept;
  return out;
}

held_piece* held_segments::make_piece(const tcp_segment& part, timestamp arrival) {
  auto* piece = new (::operator new(sizeof(held_piece) + part.bytes.size())) held_piece;
  piece->arrival = arrival;
  piece->size = static_cast<std::uint32_t>(part.bytes.size());
  piece->missing = part.missing;
  if (!part.bytes.empty()) std::memcpy(piece + 1, part.bytes.data(), part.bytes.size());
  memory_ += held_piece::memory_of(piece->size);
  bytes_ += piece->size;
  return piece;
}

void held_segments::append(run& to, const run& more) noexcept {
  if (to.head == nullptr) {
    to = more;
    return;
  }
  to.tail->next = more.head;
  to.tail = more.tail;
  to.end = more.end;
}

void held_segments::insert(const tcp_segment& segment, timestamp arrival, const plan& how) {
  if (how.memory == 0) return;
  run joined;
  std::uint32_t at = segment.sequence;
  const auto keep = [&](std::uint32_t to) {
    held_piece* piece = make_piece(segment.part(at - segment.sequence, to - at), arrival);
    append(joined, {at, to, piece, piece});
    at = to;
  };
  for (std::size_t i = how.first_run; i < how.last_run; ++i) {
    if (distance(at, runs_[i].start) > 0) keep(runs_[i].start);
    append(joined, runs_[i]);
    at = runs_[i].end;
  }
  if (distance(at, segment.end()) > 0) keep(segment.end());

  const auto first = runs_.begin() + static_cast<std::ptrdiff_t>(how.first_run);
  if (how.first_run == how.last_run) {
    runs_.insert(first, joined);
  } else {
    *first = joined;
    runs_.erase(first + 1, runs_.begin() + static_cast<std::ptrdiff_t>(how.last_run));
  }
}

held_piece_ptr held_segments::pop() noexcept {
  run& front = runs_.front();
  held_piece_ptr piece{front.head};
  front.head = piece->next;
  front.start += piece->size + piece->missing;
  memory_ -= held_piece::memory_of(piece->size);
  bytes_ -= piece->size;
  if (front.head == nullptr) runs_.erase(runs_.begin());
  return piece;
}

} // namespace remora::traffic
