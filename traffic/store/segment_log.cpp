#include "traffic/store/segment_log.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "base/log.hpp"
#include "traffic/store/segment_scan.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t longest_run = 1u << 20;
constexpr int age_parts = 8;

std::string hex(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (auto at = digits; at > 0; --at, value >>= 4)
    text[at - 1] = "0123456789abcdef"[value & 0xF];
  return text;
}

std::uint32_t random_marker() {
  const auto drawn = static_cast<std::uint32_t>(std::random_device{}());
  return drawn == 0 ? 1 : drawn; // zeros are what a disk leaves that lost power
}

template <class Reason>
std::size_t row(Reason reason) noexcept {
  return static_cast<std::size_t>(reason);
}

log_record record_of(std::uint64_t segment, const found_frame& found) {
  return {segment, found.begin, found.end, found.number, found.time, found.payload};
}

} // namespace

std::string_view to_string(append_drop reason) noexcept {
  switch (reason) {
    case append_drop::too_large:
      return "too_large";
    case append_drop::buffer_full:
      return "buffer_full";
    case append_drop::disk_full:
      return "disk_full";
    case append_drop::disk_failed:
      return "disk_failed";
  }
  return "";
}

std::string_view to_string(segment_end reason) noexcept {
  switch (reason) {
    case segment_end::size:
      return "size";
    case segment_end::age:
      return "age";
    case segment_end::index:
      return "index";
  }
  return "";
}

segment_log::segment_log(segment_log_options options, log_index* index, std::unique_ptr<store_disk> disk,
                         folder_lock lock)
    : options_{std::move(options)}, index_{index}, disk_{std::move(disk)}, lock_{std::move(lock)} {}

segment_log::~segment_log() = default;

std::size_t segment_log::max_payload() const noexcept {
  const auto room = options_.segment.bytes - segment_magic.size() - frame_head_bytes;
  return static_cast<std::size_t>(std::min<std::uint64_t>(room, max_payload_bytes));
}

// ---- taking

std::optional<append_drop> segment_log::append(std::string_view head, std::string_view body) {
  const auto size = head.size() + body.size();
  const std::lock_guard guard{mutex_};
  ++counters_.offered;
  const auto drop = [this](append_drop reason) {
    ++counters_.dropped[row(reason)];
    return std::optional{reason};
  };
  if (size == 0 || size > max_payload()) return drop(append_drop::too_large);
  if (buffered_bytes_ + frame_head_bytes + size > options_.buffer.bytes) {
    if (!paused_) return drop(append_drop::buffer_full);
    return drop(paused_->code == errc::store_full ? append_drop::disk_full : append_drop::disk_failed);
  }
  begin_frame(pending_, size);
  pending_ += head;
  pending_ += body;
  buffered_bytes_ += frame_head_bytes + size;
  ++counters_.buffered;
  return std::nullopt;
}

// ---- writing

result<void> segment_log::flush(timestamp now) {
  const std::lock_guard writer{flush_mutex_};
  auto done = delete_old(now);
  if (done) done = write_waiting(now);
  const std::lock_guard guard{mutex_};
  if (done) {
    if (paused_) log::info("store-resumed", "folder=", options_.folder);
    paused_.reset();
    return done;
  }
  ++counters_.failed_flushes;
  if (!paused_) log::error("store-paused", "folder=", options_.folder, " error=", done.error().message);
  paused_ = done.error();
  return done;
}

result<void> segment_log::write_waiting(timestamp now) {
  // What an earlier call could not write goes first, then what came since.
  for (int round = 0; round < 2; ++round) {
    if (writing_at_ == writing_.size()) {
      writing_.clear();
      writing_at_ = 0;
      const std::lock_guard guard{mutex_};
      std::swap(pending_, writing_);
    }
    while (writing_at_ < writing_.size()) {
      if (auto written = write_run(now); !written) return written;
    }
  }
  return {};
}

/// Bytes of the records that the newest file takes in one write.
std::size_t segment_log::run_length() const noexcept {
  const auto room = options_.segment.bytes - segments_.back().bytes;
  auto at = writing_at_;
  while (at < writing_.size()) {
    const auto end = at + begun_frame_bytes(writing_, at);
    if (end - writing_at_ > room || (at > writing_at_ && end - writing_at_ > longest_run)) break;
    at = end;
  }
  return at - writing_at_;
}

result<void> segment_log::write_run(timestamp now) {
  while (index_ != nullptr && index_->is_full() && !segments_.empty()) {
    if (auto deleted = delete_oldest(segment_end::index); !deleted) return deleted;
  }
  if (!has_active_ || run_length() == 0) {
    if (auto begun = begin_segment(now); !begun) return begun;
  }
  const auto run = run_length();
  if (auto room = make_room(run); !room) return room;
  auto number = next_number_;
  const auto marker = segments_.back().marker;
  for (auto at = writing_at_; at < writing_at_ + run; at += begun_frame_bytes(writing_, at))
    seal_frame(writing_, at, marker, number++, now);

  auto& active = segments_.back();
  const auto begin = active.bytes;
  const std::string_view bytes{writing_.data() + writing_at_, run};
  if (auto written = disk_->write(active.path, begin, bytes); !written) {
    // When even cutting fails, the next write goes to the same place, and the next start cuts the rest off.
    const auto left = disk_->cut(active.path, begin) ? begin : begin + run;
    const std::lock_guard guard{mutex_};
    counters_.bytes += left;
    counters_.bytes -= active.file_bytes;
    active.file_bytes = left;
    return written;
  }
  {
    const std::lock_guard guard{mutex_};
    const auto records = number - next_number_;
    const auto size = std::max(active.file_bytes, begin + run);
    counters_.bytes += size - active.file_bytes;
    active.file_bytes = size;
    active.bytes = begin + run;
    if (active.records == 0) active.oldest = now;
    active.newest = std::max(active.newest, now);
    active.records += records;
    active.next = number;
    counters_.written += records;
    counters_.kept += records;
    counters_.buffered -= records;
    buffered_bytes_ -= run;
  }
  next_number_ = number;
  if (index_ != nullptr) {
    for (std::size_t at = 0; at < run;) {
      const auto found = frame_at(bytes, at, marker);
      if (!found) break; // never: it was sealed above
      auto record = record_of(active.first, *found);
      record.begin += begin;
      record.end += begin;
      index_->on_record(record);
      at = found->end;
    }
  }
  writing_at_ += run;
  return {};
}

result<void> segment_log::begin_segment(timestamp now) {
  has_active_ = false;
  if (auto room = make_room(segment_magic.size()); !room) return room;
  log_segment made;
  made.first = made.next = next_number_;
  made.marker = random_marker();
  made.path = options_.folder + "/" + hex(made.first, 16) + "-" + hex(made.marker, 8) + ".seg";
  made.oldest = made.newest = now;
  made.bytes = made.file_bytes = segment_magic.size();
  if (auto written = disk_->write(made.path, 0, segment_magic); !written) {
    if (const auto removed = disk_->remove(made.path); !removed)
      log::warn("store-cannot-delete", removed.error().message);
    return written;
  }
  const std::lock_guard guard{mutex_};
  counters_.bytes += made.file_bytes;
  segments_.push_back(std::move(made));
  has_active_ = true;
  return {};
}

// ---- deleting

result<void> segment_log::make_room(std::uint64_t bytes) {
  // Only this thread changes these, so it may read them without the mutex.
  while (counters_.bytes + bytes > options_.size.bytes) {
    if (segments_.empty() || (has_active_ && segments_.size() == 1))
      return fail(errc::store_full, "the files in " + options_.folder + " leave no room below the limit of " +
                                        format_size(options_.size) + "; raise it or delete what is not ours");
    if (auto deleted = delete_oldest(segment_end::size); !deleted) return deleted;
  }
  return {};
}

result<void> segment_log::delete_old(timestamp now) {
  const auto limit = options_.age;
  if (limit <= nanoseconds{0}) return {};
  // A clock that was set back must not keep records for ever.
  for (auto& each : segments_) {
    const std::lock_guard guard{mutex_};
    each.oldest = std::min(each.oldest, now);
    each.newest = std::min(each.newest, now);
  }
  if (has_active_ && segments_.back().records > 0 && now - segments_.back().oldest >= limit / age_parts)
    has_active_ = false;
  while (!segments_.empty() && now - segments_.front().newest > limit) {
    if (auto deleted = delete_oldest(segment_end::age); !deleted) return deleted;
  }
  return {};
}

result<void> segment_log::delete_oldest(segment_end reason) {
  const auto& oldest = segments_.front();
  if (auto removed = disk_->remove(oldest.path); !removed) return removed;
  const auto first = oldest.first;
  const bool was_readable = oldest.readable;
  {
    const std::lock_guard guard{mutex_};
    counters_.bytes -= oldest.file_bytes;
    counters_.kept -= oldest.records;
    counters_.deleted[row(reason)] += oldest.records;
    segments_.pop_front();
  }
  if (segments_.empty()) has_active_ = false;
  if (index_ != nullptr && was_readable) index_->on_deleted(first);
  return {};
}

result<void> segment_log::sync() {
  const std::lock_guard writer{flush_mutex_};
  return disk_->sync();
}

// ---- reading

std::optional<error> segment_log::paused() const {
  const std::lock_guard guard{mutex_};
  return paused_;
}

segment_log_counters segment_log::counters() const {
  const std::lock_guard guard{mutex_};
  return counters_;
}

std::vector<log_segment> segment_log::segments() const {
  std::vector<log_segment> found;
  const std::lock_guard guard{mutex_};
  std::copy_if(segments_.begin(), segments_.end(), std::back_inserter(found),
               [](const auto& each) { return each.readable; });
  return found;
}

result<void> segment_log::visit(std::uint64_t segment, std::uint64_t from, std::uint64_t to,
                                const visitor& take) const {
  std::optional<log_segment> found;
  {
    const std::lock_guard guard{mutex_};
    for (const auto& each : segments_) {
      if (each.first == segment && each.readable) found = each;
    }
  }
  if (!found) return fail(errc::not_found, "these records were deleted to make room for newer ones");
  segment_scan scan{*disk_, found->path, found->marker, std::max<std::uint64_t>(from, segment_magic.size()),
                    std::min(to, found->bytes)};
  for (;;) {
    const auto next = scan.next();
    if (!next) return tl::unexpected<error>(next.error());
    if (!*next || !take(record_of(segment, **next))) break;
  }
  if (scan.damaged_places() > 0) {
    const std::lock_guard guard{mutex_};
    ++counters_.damaged_reads;
  }
  return {};
}

result<void> segment_log::visit(const log_segment& all, const visitor& take) const {
  return visit(all.first, 0, all.bytes, take);
}

} // namespace remora::traffic
