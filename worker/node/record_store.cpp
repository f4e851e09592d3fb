#include "worker/node/record_store.hpp"

#include <utility>

#include "base/log.hpp"

namespace remora::worker {

namespace {

// What a run left behind when the log is read later: with it one can check whether the hub has all of them.
void tell_kept(const job_run& run, std::uint64_t number) {
  log::debug("run-kept", "number=", number, " tag=", run.tag, " planned_ns=", to_unix_ns(run.planned),
             " outcome=", to_string(run.outcome), " script=", run.script);
}
void tell_kept(const console_line&, std::uint64_t) {} // never per line

} // namespace

void record_store::on_records(std::function<void()> tell) {
  const std::lock_guard lock{mutex_};
  tell_ = std::move(tell);
}

template <class Record>
void record_store::keep(const Record& record) {
  const std::lock_guard lock{mutex_};
  // What is refused the spool counts, logs, and tells the hub of; the script cannot do anything about it.
  if (const auto number = spool_->add(record)) tell_kept(record, *number);
  if (!told_.exchange(true) && tell_) tell_();
}

void record_store::console(const console_line& line) { keep(line); }

void record_store::job(const job_run& run) {
  jobs_.add(run);
  keep(run);
}

std::optional<spool_batch> record_store::next_batch() {
  const std::lock_guard lock{mutex_};
  return spool_->next_batch();
}

result<void> record_store::release(std::uint64_t ticket) {
  const std::lock_guard lock{mutex_};
  return spool_->release(ticket);
}

result<void> record_store::flush() {
  const std::lock_guard lock{mutex_};
  return spool_->flush();
}

result<void> record_store::sync() {
  const std::lock_guard lock{mutex_};
  return spool_->sync();
}

spool_stats record_store::stats() const {
  const std::lock_guard lock{mutex_};
  return spool_->stats();
}

} // namespace remora::worker
