#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/hex_field.hpp"
#include "base/log.hpp"
#include "traffic/store/segment_log.hpp"
#include "traffic/store/segment_scan.hpp"

// Opening: how what a killed process, a full disk or a damaged one left becomes a log again.
namespace remora::traffic {

namespace {

constexpr std::uint64_t least_size = 64u << 10;
constexpr std::uint64_t largest_segment = 32u << 20;

/// What the name of a file says of it; nothing when it is no file of a log.
std::optional<log_segment> parse_name(const std::string& folder, const store_disk::file_entry& entry) {
  log_segment found;
  std::string_view text{entry.name};
  if (!take_hex(text, 16, '-', found.first) || !take_hex(text, 8, '.', found.marker) || text != "seg")
    return std::nullopt;
  found.path = folder + "/" + entry.name;
  found.file_bytes = entry.bytes;
  return found;
}

enum class head_kind : std::uint8_t { ours, newer, damaged };

head_kind judge_head(std::string_view head) {
  if (head == segment_magic) return head_kind::ours;
  const auto name = segment_magic.size() - 3; // the version's two digits and the line's end follow
  const bool is_digits = head.size() == segment_magic.size() && head[name] >= '0' && head[name] <= '9' &&
                         head[name + 1] >= '0' && head[name + 1] <= '9' && head[name + 2] == '\n';
  const bool is_newer = is_digits && head.substr(0, name) == segment_magic.substr(0, name);
  return is_newer ? head_kind::newer : head_kind::damaged;
}

result<void> settle(segment_log_options& options) {
  if (options.size.bytes < least_size)
    return fail(errc::invalid_usage, "a store needs 64KiB at least, not " + format_size(options.size));
  auto& segment = options.segment.bytes;
  if (segment == 0) segment = std::min(options.size.bytes / 32, largest_segment);
  segment = std::clamp<std::uint64_t>(segment, 1024, options.size.bytes / 2);
  std::error_code problem;
  std::filesystem::create_directories(options.folder, problem);
  if (problem)
    return fail(errno_code(problem.value()), "cannot make " + options.folder + ": " + problem.message());
  return {};
}

} // namespace

result<std::unique_ptr<segment_log>> segment_log::open(segment_log_options options, log_index* index,
                                                       timestamp now, std::unique_ptr<store_disk> disk) {
  if (auto settled = settle(options); !settled) return pass_on(std::move(settled));
  auto lock = folder_lock::take(options.folder, "store");
  if (!lock) return pass_on(std::move(lock));
  std::unique_ptr<segment_log> made{
      new segment_log{std::move(options), index, std::move(disk), std::move(*lock)}};
  if (auto loaded = made->load(now); !loaded) return pass_on(std::move(loaded));
  return made;
}

result<void> segment_log::load(timestamp now) {
  auto entries = disk_->list(options_.folder);
  if (!entries) return pass_on(std::move(entries));
  std::vector<log_segment> files;
  for (const auto& entry : *entries) {
    if (auto file = parse_name(options_.folder, entry)) files.push_back(*std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    return std::pair{a.first, a.marker} < std::pair{b.first, b.marker};
  });
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool is_last = i + 1 == files.size();
    const auto next = is_last ? std::nullopt : std::optional{files[i + 1].first};
    if (auto done = load_file(files[i], is_last, next, now); !done) return done;
  }
  // Numbers never begin again, so that what somebody remembers of a deleted store points at nothing.
  if (next_number_ == 1)
    next_number_ = static_cast<std::uint64_t>(std::max<std::int64_t>(1, to_unix_ns(now) / 1000));
  if (auto done = delete_old(now); !done) return done;
  return make_room(0);
}

result<void> segment_log::load_file(log_segment file, bool is_last, std::optional<std::uint64_t> next_first,
                                    timestamp now) {
  file.oldest = file.newest = now;
  file.next = file.first;
  // The file that was begun last may have been killed before its first record: it says what comes next.
  next_number_ = std::max(next_number_, file.first);
  has_active_ = false;
  auto head = disk_->read(file.path, 0, segment_magic.size());
  if (!head && head.error() == errc::permission_denied) return pass_on(std::move(head));
  const auto kind = head ? judge_head(*head) : head_kind::damaged;
  const bool is_begun = head && head->size() < segment_magic.size() &&
                        segment_magic.substr(0, head->size()) == std::string_view{*head};
  if (kind == head_kind::damaged && !is_begun) ++counters_.damaged_places;

  segment_scan scan{*disk_, file.path, file.marker, segment_magic.size(), file.file_bytes, file.first};
  // A copy of a file that is there already, under the same number, would come twice.
  const bool is_copy =
      !segments_.empty() && segments_.back().readable && segments_.back().first == file.first;
  while (head && kind != head_kind::newer && !is_copy) {
    const auto next = scan.next();
    if (!next) {
      log::error("store-unreadable", next.error().message);
      break;
    }
    if (!*next) break;
    const auto& found = **next;
    if (file.records++ == 0) file.oldest = found.time;
    file.newest = file.records == 1 ? found.time : std::max(file.newest, found.time);
    file.next = found.number + 1;
    if (index_ != nullptr)
      index_->on_record({file.first, found.begin, found.end, found.number, found.time, found.payload});
  }
  counters_.damaged_places += scan.damaged_places();
  counters_.lost_records += scan.lost_records();
  file.bytes =
      file.records > 0 ? scan.sound_end() : std::min<std::uint64_t>(file.file_bytes, segment_magic.size());
  file.readable = file.records > 0;
  // A file whose name is beyond its records, because somebody renamed it, must not share it with the next
  // one.
  next_number_ = std::max(next_number_, std::max(file.next, file.first + (file.readable ? 1 : 0)));

  if (kind == head_kind::newer) {
    ++counters_.newer_files;
  } else {
    const auto end = end_of_tail(file, is_last);
    if (!file.readable && end <= segment_magic.size() && (is_begun || kind == head_kind::ours)) {
      if (auto removed = disk_->remove(file.path); !removed) return removed;
      return {};
    }
    if (!file.readable) ++counters_.unreadable_files;
    if (next_first && *next_first > file.next && file.readable)
      counters_.lost_records += *next_first - file.next;
    has_active_ =
        is_last && file.readable && file.bytes == file.file_bytes && file.bytes < options_.segment.bytes;
  }
  counters_.bytes += file.file_bytes;
  counters_.recovered += file.records;
  counters_.kept += file.records;
  segments_.push_back(std::move(file));
  return {};
}

/// Cuts a torn tail off, or counts a damaged one. @returns where the file ends now.
std::uint64_t segment_log::end_of_tail(log_segment& file, bool is_last) {
  const auto size = file.file_bytes - std::min(file.bytes, file.file_bytes);
  if (size == 0) return file.file_bytes;
  const auto tail =
      disk_->read(file.path, file.bytes, std::min<std::size_t>(size, frame_head_bytes + max_payload_bytes));
  const bool is_cut_short = is_last && tail && tail->size() == size && is_torn(*tail, file.marker);
  if (is_cut_short && disk_->cut(file.path, file.bytes)) {
    counters_.torn_bytes += size;
    file.file_bytes = file.bytes;
  } else {
    ++counters_.damaged_places;
    log::warn("store-damaged", "file=", file.path, " offset=", file.bytes, " bytes=", size);
  }
  return file.file_bytes;
}

} // namespace remora::traffic
