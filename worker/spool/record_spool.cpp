#include "worker/spool/record_spool.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"
#include "worker/spool/fit_record.hpp"

namespace remora::worker {

namespace {

constexpr std::uint64_t least_size = 64u << 10;
constexpr std::uint64_t largest_segment = 16u << 20;

spool_settings within_bounds(spool_settings settings) {
  settings.max_size.bytes = std::max(settings.max_size.bytes, least_size);
  settings.segment_size.bytes = std::clamp<std::uint64_t>(
      settings.segment_size.bytes, 4096, std::min(largest_segment, settings.max_size.bytes / 8));
  settings.batch_bytes = std::clamp<std::size_t>(settings.batch_bytes, 1024, wire::max_message_bytes);
  return settings;
}

result<void> make_folder(const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path{folder}.parent_path(), problem);
  // For its owner alone: what scripts printed may be confidential.
  if (mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  const int number = errno;
  return fail(errno_code(number), "cannot make the folder " + folder + ": " + errno_text(number) +
                                      "; make it, or set worker.data to one that may be written");
}

/// Numbers count microseconds when nothing is known of earlier ones: so they lie above those of a folder that
/// was lost, as long as the clock moves forward, and are exact as JSON numbers until the year 2255.
std::uint64_t first_number(std::uint64_t last, timestamp now) {
  const auto microseconds = to_unix_ns(now) / 1000;
  return std::max(last + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(microseconds, 1)));
}

} // namespace

// ---- opening and closing

record_spool::record_spool(spool_settings settings, folder_lock lock, const std::string& folder)
    : settings_{std::move(settings)},
      lock_{std::move(lock)},
      folder_{folder},
      runs_{folder, "runs", settings_.segment_size.bytes},
      lines_{folder, "lines", settings_.segment_size.bytes} {}

result<std::unique_ptr<record_spool>> record_spool::open(spool_settings settings) {
  settings = within_bounds(std::move(settings));
  const auto folder = settings.folder + "/spool";
  for (const auto& each : {settings.folder, folder}) {
    if (auto made = make_folder(each); !made) return pass_on(std::move(made));
  }
  auto lock = folder_lock::take(settings.folder, "worker");
  if (!lock) return pass_on(std::move(lock));
  // The constructor is private. NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  std::unique_ptr<record_spool> opened{new record_spool{std::move(settings), std::move(*lock), folder}};
  if (auto loaded = opened->load(); !loaded) return pass_on(std::move(loaded));
  return opened;
}

result<void> record_spool::load() {
  auto known = load_state();
  if (!known) return pass_on(std::move(known));
  auto runs = runs_.load(known->runs_gone, settings_.now);
  if (!runs) return pass_on(std::move(runs));
  auto lines = lines_.load(known->lines_gone, settings_.now);
  if (!lines) return pass_on(std::move(lines));
  findings_.torn_bytes = runs->torn_bytes + lines->torn_bytes;
  findings_.damaged += runs->damaged + lines->damaged;
  next_run_ = first_number(std::max({known->last_run, known->runs_gone, runs_.last_number()}), settings_.now);
  next_line_ =
      first_number(std::max({known->last_line, known->lines_gone, lines_.last_number()}), settings_.now);
  drops_ = std::move(known->drops);
  make_room(0, true); // the limit may have been lowered
  if (const auto now = stats(); now.waiting_records > 0 || now.torn_bytes > 0 || now.damaged > 0) {
    log::info("spool-opened", "folder=", folder_, " waiting_records=", now.waiting_records,
              " torn_bytes=", now.torn_bytes, " damaged=", now.damaged);
  }
  return {};
}

result<spool_state> record_spool::load_state() {
  const auto file = state_file();
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT) return spool_state{};
  auto bytes = read_part(file, 0, wire::max_message_bytes * 2);
  if (!bytes && bytes.error() == errc::permission_denied) return pass_on(std::move(bytes));
  auto known = bytes ? read_state(*bytes) : pass_on(std::move(bytes));
  if (known) return known;
  ++findings_.damaged;
  const auto name = set_aside(file, {}, settings_.now);
  if (!name) return tl::unexpected<error>(name.error());
  log::warn("spool-state-damaged", "file=", file, " kept_as=", *name, " error=", known.error().message,
            " records that the hub has are sent once more; it takes each once");
  return spool_state{};
}

record_spool::~record_spool() {
  if (const auto written = flush(); !written)
    log::error("spool-lines-lost", written.error().message, "; what was not written is lost");
}

// ---- what is kept beside the records

spool_state record_spool::state() const {
  spool_state now{runs_.gone(), lines_.gone(), next_run_ - 1, next_line_ - 1, drops_};
  for (const auto& each : outstanding_)
    now.drops.add(each.drops);
  return now;
}

/// A failure is no loss: what was released would be sent once more, and the next flush() tries again.
void record_spool::save_state() {
  state_changed_ = true;
  if (const auto saved = replace_file(state_file(), write_state(state())); !saved) {
    log::debug("spool-state-not-written", saved.error().message);
    return;
  }
  state_changed_ = false;
  state_unsynced_ = true;
}

result<void> record_spool::flush() {
  auto written = lines_.flush();
  if (state_changed_) save_state();
  return written;
}

result<void> record_spool::sync() {
  auto written = flush();
  if (auto done = runs_.sync(); !done) return done;
  if (auto done = lines_.sync(); !done) return done;
  if (state_unsynced_) {
    const auto file = open_to_write(state_file(), false);
    if (!file) return tl::unexpected<error>(file.error());
    if (fdatasync(file->number()) != 0) {
      const int number = errno;
      return fail(errc::io_failed, "cannot make " + state_file() + " durable: " + errno_text(number));
    }
    if (auto done = sync_folder(folder_); !done) return done;
    state_unsynced_ = false;
  }
  return written;
}

// ---- adding

result<std::uint64_t> record_spool::add(job_run run) {
  const auto id = next_run_++;
  const auto payload = encode_fitting(protocol::numbered_run{id, std::move(run)});
  if (!make_room(frame_head_bytes + payload.size(), true)) return refuse_run(no_room());
  auto kept = runs_.add(id, payload, true);
  if (!kept && kept.error() == errc::store_full && !lines_.empty()) {
    // The disk is full before the limit is reached: lines go here too.
    drop_oldest_lines();
    kept = runs_.add(id, payload, true);
  }
  if (!kept) return refuse_run(std::move(kept).error());
  refusing_runs_ = false;
  return id;
}

result<std::uint64_t> record_spool::add(console_line line) {
  const auto number = next_line_++; // also when it is refused, so that there is a gap
  const auto script = line.script;
  const auto payload = encode_fitting(protocol::numbered_line{number, std::move(line)});
  if (!make_room(frame_head_bytes + payload.size(), false)) return refuse_line(script, no_room());
  if (auto kept = lines_.add(number, payload, false); !kept)
    return refuse_line(script, std::move(kept).error());
  refusing_lines_ = false;
  return number;
}

bool record_spool::make_room(std::uint64_t bytes, bool is_run) {
  const auto most = settings_.max_size.bytes;
  bytes += file_magic.size();
  // Next to nothing left by runs: each line would push out the one before it.
  if (!is_run && runs_.disk_bytes() + bytes + settings_.segment_size.bytes / 2 > most && !runs_.reclaim())
    return false;
  while (runs_.disk_bytes() + lines_.disk_bytes() + bytes > most) {
    if (runs_.reclaim() || lines_.reclaim()) continue;
    if (lines_.empty()) return false;
    drop_oldest_lines();
  }
  return true;
}

/// Deletes the oldest file of lines. What was handed out of it and is not released may have arrived: it
/// counts as dropped once it would have to be sent again.
void record_spool::drop_oldest_lines() {
  drop_counts dropped;
  std::uint64_t seen = 0;
  auto at = outstanding_.begin();
  const auto waiting = lines_.visit_oldest([&](const found_frame& frame) {
    ++seen;
    auto script = script_of_line(frame.payload).value_or(std::string{});
    while (at != outstanding_.end() && (at->chain != &lines_ || at->up_to < frame.number))
      ++at;
    if (frame.number >= lines_.next_to_read() || at == outstanding_.end()) {
      dropped.add(script, 1);
      return;
    }
    at->drops.add(script, 1);
    --at->records;
    at->bytes -= std::min<std::uint64_t>(at->bytes, frame.end - frame.begin);
  });
  if (waiting > seen) dropped.add({}, waiting - seen); // unreadable by now
  for (const auto& [script, count] : dropped.by_script())
    note_dropped(script, count);
  // First what was dropped, then dropping: a kill in between makes the file one that is gone.
  auto then = state();
  then.lines_gone = std::max(then.lines_gone, lines_.last_of_oldest());
  if (const auto saved = replace_file(state_file(), write_state(then)); !saved) state_changed_ = true;
  state_unsynced_ = true;
  lines_.drop_oldest();
  ++drops_of_files_;
  if ((drops_of_files_ & (drops_of_files_ - 1)) == 0) { // the first, and ever more rarely
    log::warn("spool-lines-dropped", "files=", drops_of_files_, " lines=", dropped_lines_.total(),
              " the hub is away for too long; raise the spool's limit or print less");
  }
}

void record_spool::note_dropped(std::string_view script, std::uint64_t count) {
  drops_.add(script, count);
  dropped_lines_.add(script, count);
  state_changed_ = true;
}

tl::unexpected<error> record_spool::refuse_run(error why) {
  ++dropped_records_;
  if (!std::exchange(refusing_runs_, true)) log::error("spool-run-dropped", why.message);
  return tl::unexpected<error>(std::move(why));
}

tl::unexpected<error> record_spool::refuse_line(std::string_view script, error why) {
  note_dropped(script, 1);
  if (!std::exchange(refusing_lines_, true)) log::error("spool-line-dropped", why.message);
  return tl::unexpected<error>(std::move(why));
}

error record_spool::no_room() const {
  return {errc::store_full,
          "the " + format_size(settings_.max_size) + " for records in " + folder_ +
              " are used up by runs of jobs that the hub has not taken over; connect the worker to "
              "its hub, or raise that limit"};
}

spool_stats record_spool::stats() const {
  spool_stats now;
  now.waiting_records = runs_.waiting_records() + lines_.waiting_records();
  now.waiting_bytes = runs_.waiting_bytes() + lines_.waiting_bytes();
  now.disk_bytes = runs_.disk_bytes() + lines_.disk_bytes();
  now.dropped_records = dropped_records_;
  now.dropped_lines = dropped_lines_;
  now.torn_bytes = findings_.torn_bytes;
  now.damaged = findings_.damaged;
  return now;
}

} // namespace remora::worker
