#include "worker/spool/segment_chain.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <numeric>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"

namespace remora::worker {

namespace {

constexpr std::size_t buffer_bytes = 64u << 10;
constexpr std::ptrdiff_t most_unsynced = 16;

} // namespace

segment_chain::segment_chain(std::string folder, std::string kind, std::uint64_t segment_bytes)
    : folder_{std::move(folder)}, kind_{std::move(kind)}, segment_bytes_{segment_bytes} {}

// ---- writing

result<void> segment_chain::make_place(std::uint64_t frame_bytes) {
  if (!segments_.empty()) {
    const auto& last = segments_.back();
    const auto would_be = last.bytes + buffered_bytes() + frame_bytes;
    if (!last.is_damaged && (last.records == 0 || would_be <= segment_bytes_)) return {};
    if (auto written = flush(); !written) return written;
    close_last();
  }
  segments_.emplace_back(new_segment(folder_, kind_, next_index_++));
  return {};
}

/// The last segment is full. Its file stays open until sync(), unless that is not called for long; a file
/// that is deleted meanwhile is closed with it, so that its space is free.
void segment_chain::close_last() {
  if (file_ && file_unsynced_) segments_.back().unsynced = std::move(file_);
  file_ = {};
  file_unsynced_ = false;
  const auto is_open = [](const held& each) { return static_cast<bool>(each.unsynced); };
  if (std::count_if(segments_.begin(), segments_.end(), is_open) > most_unsynced)
    std::find_if(segments_.begin(), segments_.end(), is_open)->unsynced.close();
}

result<void> segment_chain::add(std::uint64_t number, std::string_view payload, bool at_once) {
  const auto frame_bytes = frame_head_bytes + payload.size();
  if (auto place = make_place(frame_bytes); !place) return place;
  if (!at_once && buffer_.size() + frame_bytes > buffer_bytes) {
    if (auto written = flush(); !written) return written;
  }
  auto& last = segments_.back();
  const auto before = buffer_.size();
  append_frame(buffer_, last.marker, number, payload);
  ++buffered_;
  if (at_once) {
    if (auto written = flush(); !written) {
      buffer_.resize(before);
      --buffered_;
      if (last.records == 0) segments_.pop_back();
      return written;
    }
  }
  if (last.records++ == 0) last.first = number;
  last.last = last_number_ = number;
  last.frame_bytes += frame_bytes;
  ++last.waiting;
  last.waiting_bytes += frame_bytes;
  return {};
}

result<void> segment_chain::flush() {
  if (buffer_.empty()) return {};
  auto& last = segments_.back();
  const bool is_new = last.bytes == 0;
  if (!file_) {
    auto opened = open_to_write(last.path, is_new);
    if (!opened) return pass_on(std::move(opened));
    file_ = std::move(*opened);
    folder_unsynced_ = folder_unsynced_ || is_new;
  }
  if (is_new) buffer_.insert(0, file_magic);
  auto written = write_at(file_, last.path, last.bytes, buffer_);
  if (!written) {
    if (is_new) {
      buffer_.erase(0, file_magic.size());
      file_.close();
      std::remove(last.path.c_str());
    }
    return written;
  }
  last.bytes += buffer_.size();
  buffer_.clear();
  buffered_ = 0;
  file_unsynced_ = true;
  return {};
}

result<void> segment_chain::sync() {
  const auto sync_one = [&](const file_descriptor& file) -> result<void> {
    if (fdatasync(file.number()) == 0) return {};
    const int number = errno;
    return fail(errc::io_failed, "cannot make records durable in " + folder_ + ": " + errno_text(number) +
                                     "; check that disk");
  };
  for (auto& each : segments_) {
    if (!each.unsynced) continue;
    if (auto done = sync_one(each.unsynced); !done) return done;
    each.unsynced.close();
  }
  if (file_ && file_unsynced_) {
    if (auto done = sync_one(file_); !done) return done;
    file_unsynced_ = false;
  }
  if (folder_unsynced_) {
    if (auto done = sync_folder(folder_); !done) return done;
    folder_unsynced_ = false;
  }
  return {};
}

// ---- freeing

void segment_chain::discard_front() {
  auto& front = segments_.front();
  if (segments_.size() == 1) { // the one that is written to
    file_ = {};
    file_unsynced_ = false;
    buffer_.clear();
    buffered_ = 0;
  }
  if (front.bytes > 0) {
    if (front.is_damaged) {
      if (const auto moved = set_aside(front.path, {}, opened_); !moved)
        log::error("spool-cannot-set-aside", moved.error().message);
    } else if (std::remove(front.path.c_str()) != 0) {
      log::warn("spool-cannot-delete", "file=", front.path, " error=", errno_text(errno));
    }
    folder_unsynced_ = true;
  }
  segments_.pop_front();
}

void segment_chain::release(std::uint64_t up_to, std::uint64_t records, std::uint64_t bytes) {
  gone_ = std::max(gone_, up_to);
  next_ = std::max(next_, gone_ + 1);
  for (auto at = segments_.begin(); at != segments_.end() && records > 0; ++at) {
    const bool all = records >= at->waiting;
    const auto count = all ? at->waiting : records;
    const auto size = all ? at->waiting_bytes : std::min(bytes, at->waiting_bytes);
    at->waiting -= count;
    at->waiting_bytes -= size;
    records -= count;
    bytes -= std::min(bytes, size);
  }
  while (segments_.size() > 1 && segments_.front().last <= gone_)
    discard_front();
  // The last one goes when it is worth a new file; otherwise more is written to it.
  if (!segments_.empty() && segments_.back().bytes >= segment_bytes_ / 4) reclaim();
}

bool segment_chain::reclaim() {
  if (segments_.size() != 1 || segments_.front().last > gone_) return false;
  discard_front();
  return true;
}

std::uint64_t segment_chain::visit_oldest(const std::function<void(const found_frame&)>& visitor) const {
  const auto& front = segments_.front();
  std::string content;
  if (front.bytes > 0) {
    auto read = read_part(front.path, 0, front.bytes);
    if (read)
      content = std::move(*read);
    else
      log::error("spool-unreadable", read.error().message);
  }
  if (segments_.size() == 1) content += buffer_;
  std::size_t at = 0;
  while (const auto found = find_frame(content, at, front.marker)) {
    if (found->number > gone_) visitor(*found);
    at = found->end;
  }
  return front.waiting;
}

void segment_chain::drop_oldest() {
  gone_ = std::max(gone_, segments_.front().last);
  next_ = std::max(next_, gone_ + 1);
  discard_front();
}

// ---- reading

void segment_chain::rewind() noexcept {
  at_index_ = 0;
  next_ = gone_ + 1;
}

void segment_chain::move_to(const held& segment) noexcept {
  at_index_ = segment.index;
  offset_ = file_magic.size();
  passed_ = passed_bytes_ = 0;
}

/// The segment in which reading goes on.
segment_chain::held* segment_chain::reading_from() noexcept {
  for (auto at = segments_.begin(); at != segments_.end(); ++at) {
    if (at->index < at_index_) continue;
    if (at->index != at_index_) move_to(*at);
    if (offset_ < at->bytes) return &*at;
    if (std::next(at) != segments_.end()) move_to(*std::next(at));
  }
  return nullptr;
}

void segment_chain::read(const reader& take) {
  while (auto* from = reading_from()) {
    if (!read_segment(*from, take)) return;
  }
}

bool segment_chain::read_segment(held& from, const reader& take) {
  const auto left = from.bytes - offset_;
  auto part = read_part(from.path, offset_, std::min<std::uint64_t>(left, max_frame_bytes));
  if (part && part->size() < left && !part->empty()) {
    // A sound record at the beginning is always whole; when there is none, the search needs the rest.
    const auto first = find_frame(*part, 0, from.marker);
    if (!first || first->begin != 0) part = read_part(from.path, offset_, left);
  }
  if (!part || part->empty()) {
    log::error("spool-unreadable",
               part ? "the file is shorter than what was written: " + from.path : part.error().message);
    count_damage(from, {});
    offset_ = from.bytes;
    return true;
  }
  const auto base = offset_;
  const bool is_rest = part->size() == left;
  for (std::size_t at = 0; at < part->size();) {
    const auto found = find_frame(*part, at, from.marker);
    if (!found || found->begin != at) {
      if (!is_rest && at > 0) return true; // cut by the end of the part, or damaged: reads again from here
      count_damage(from, std::string_view{*part}.substr(at));
    }
    if (!found) {
      offset_ = from.bytes;
      return true;
    }
    if (found->number >= next_) {
      if (!take(*found)) return false;
      next_ = found->number + 1;
    }
    at = found->end;
    offset_ = base + at;
    ++passed_;
    passed_bytes_ += found->end - found->begin;
  }
  return true;
}

void segment_chain::count_damage(held& at, std::string_view rest) {
  std::uint64_t readable = 0;
  std::uint64_t readable_bytes = 0;
  std::size_t offset = 0;
  while (const auto found = find_frame(rest, offset, at.marker)) {
    ++readable;
    readable_bytes += found->end - found->begin;
    offset = found->end;
  }
  const bool is_last = &at == &segments_.back();
  const auto written = at.records - (is_last ? buffered_ : 0);
  const auto written_bytes = at.frame_bytes - (is_last ? buffered_bytes() : 0);
  const auto there = passed_ + readable;
  const auto there_bytes = passed_bytes_ + readable_bytes;
  if (there < written) lose(at, written - there, written_bytes - std::min(written_bytes, there_bytes));
}

void segment_chain::lose(held& from, std::uint64_t records, std::uint64_t bytes) {
  log::error("spool-damaged", "file=", from.path, " lost_records=", records,
             " the file was sound when it was opened; it will be kept under another name");
  from.is_damaged = true;
  from.records -= records;
  from.frame_bytes -= bytes;
  from.waiting -= std::min(from.waiting, records);
  from.waiting_bytes -= std::min(from.waiting_bytes, bytes);
  lost_ += records;
}

std::uint64_t segment_chain::take_lost() noexcept { return std::exchange(lost_, 0); }

std::uint64_t segment_chain::disk_bytes() const noexcept {
  return std::accumulate(segments_.begin(), segments_.end(), std::uint64_t{buffer_.size()},
                         [](auto sum, const auto& each) { return sum + each.bytes; });
}

std::uint64_t segment_chain::waiting_records() const noexcept {
  return std::accumulate(segments_.begin(), segments_.end(), std::uint64_t{0},
                         [](auto sum, const auto& each) { return sum + each.waiting; });
}

std::uint64_t segment_chain::waiting_bytes() const noexcept {
  return std::accumulate(segments_.begin(), segments_.end(), std::uint64_t{0},
                         [](auto sum, const auto& each) { return sum + each.waiting_bytes; });
}

} // namespace remora::worker
