#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "worker/spool/fit_record.hpp"
#include "worker/spool/record_spool.hpp"

// What is handed out, and what becomes of it.
namespace remora::worker {

namespace {

using protocol::console_lines;
using protocol::job_runs;
using protocol::lines_dropped;

constexpr std::size_t envelope_bytes = wire::max_message_bytes - max_record_bytes;

bool append(job_runs& to, result<protocol::numbered_run> from, std::size_t& items, std::size_t most_items) {
  const auto more = items_of(*from);
  if (!to.runs.empty() && items + more > most_items) return false;
  items += more;
  to.runs.push_back(*std::move(from));
  return true;
}

bool append(console_lines& to, result<protocol::numbered_line> from, std::size_t& items,
            std::size_t most_items) {
  if (!to.lines.empty() && items + items_of_line > most_items) return false;
  items += items_of_line;
  to.lines.push_back(*std::move(from));
  return true;
}

bool is_empty(const job_runs& batch) { return batch.runs.empty(); }
bool is_empty(const console_lines& batch) { return batch.lines.empty(); }

} // namespace

template <class Message, class Decode>
std::optional<protocol::message> record_spool::next_of(segment_chain& chain, Decode decode) {
  Message batch;
  outstanding made;
  made.chain = &chain;
  std::size_t items = 0;
  std::size_t room = settings_.batch_bytes - envelope_bytes;
  chain.read([&](const found_frame& frame) {
    if (!is_empty(batch) && frame.payload.size() > room) return false;
    auto record = decode(frame.payload);
    if (record) {
      if (!append(batch, std::move(record), items, max_record_items)) return false;
    } else { // whole, but of another version of remora
      ++findings_.damaged;
      log::error("spool-unknown-record", record.error().message, "; it is passed over");
    }
    room -= std::min(room, frame.payload.size());
    made.up_to = frame.number;
    ++made.records;
    made.bytes += frame.end - frame.begin;
    return true;
  });
  count_lost();
  if (made.records == 0) return std::nullopt;
  made.ticket = next_ticket_++;
  outstanding_.push_back(std::move(made));
  return protocol::message{std::move(batch)};
}

/// Records that became unreadable while the spool was open.
void record_spool::count_lost() {
  dropped_records_ += runs_.take_lost();
  if (const auto lines = lines_.take_lost(); lines > 0) note_dropped({}, lines);
}

std::optional<protocol::message> record_spool::next_runs() { return next_of<job_runs>(runs_, decode_run); }

std::optional<protocol::message> record_spool::next_lines() {
  // What is handed out must be on disk: its number may not be given again after a kill.
  if (const auto written = lines_.flush(); !written) log::debug("spool-lines-wait", written.error().message);
  return next_of<console_lines>(lines_, decode_line);
}

std::optional<protocol::message> record_spool::next_notice() {
  if (drops_.empty()) return std::nullopt;
  auto [script, count] = drops_.take_first();
  outstanding made;
  made.ticket = next_ticket_++;
  made.drops.add(script, count);
  outstanding_.push_back(std::move(made));
  return protocol::message{lines_dropped{std::move(script), count}};
}

std::optional<spool_batch> record_spool::next_batch() {
  if (outstanding_.size() >= max_outstanding) return std::nullopt;
  const auto with_ticket = [&](protocol::message what) {
    return spool_batch{std::move(what), next_ticket_ - 1};
  };
  if (auto runs = next_runs()) return with_ticket(*std::move(runs));
  // All scripts' notices, then lines, then notices again: neither keeps the other from being sent.
  if (!lines_are_due_) {
    if (auto notice = next_notice()) {
      lines_are_due_ = drops_.empty();
      return with_ticket(*std::move(notice));
    }
  }
  lines_are_due_ = false;
  if (auto lines = next_lines()) return with_ticket(*std::move(lines));
  if (auto notice = next_notice()) return with_ticket(*std::move(notice));
  return std::nullopt;
}

result<void> record_spool::release(std::uint64_t ticket) {
  if (ticket == 0 || ticket >= next_ticket_)
    return fail(errc::invalid_confirm, "message " + std::to_string(ticket) +
                                           " was never handed out; the last one is " +
                                           std::to_string(next_ticket_ - 1));
  bool changed = false;
  for (; !outstanding_.empty() && outstanding_.front().ticket <= ticket; outstanding_.pop_front()) {
    const auto& done = outstanding_.front();
    if (done.chain != nullptr) done.chain->release(done.up_to, done.records, done.bytes);
    changed = true;
  }
  if (changed) save_state();
  return {};
}

void record_spool::rewind() {
  for (auto& each : outstanding_) {
    if (each.chain == nullptr)
      drops_.add(each.drops);
    else
      for (const auto& [script, count] : each.drops.by_script())
        note_dropped(script, count);
  }
  outstanding_.clear();
  runs_.rewind();
  lines_.rewind();
}

} // namespace remora::worker
