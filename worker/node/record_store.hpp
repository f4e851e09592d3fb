#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "worker/node/job_book.hpp"
#include "worker/run.hpp"
#include "worker/spool/record_spool.hpp"

namespace remora::worker {

/// The spool of a node between its two users: scripts, whose records go in from their threads, and the
/// uplink, which takes batches out. One at a time has it. A record waits for the disk, and so does the script
/// that made it; capturing does not.
class record_store final : public record_sink {
 public:
  explicit record_store(std::unique_ptr<record_spool> spool) : spool_{std::move(spool)} {}

  /// Who is told that there is something to send: once, until the next take_note(). Called on the threads of
  /// scripts; must not block or call back.
  void on_records(std::function<void()> tell);
  /// From now on on_records() tells again.
  void take_note() noexcept { told_ = false; }

  void console(const console_line& line) override;
  void job(const job_run& run) override;
  /// There is no message for it: the hub's console shows everything that was printed.
  void clear_console() override {}

  std::optional<spool_batch> next_batch();
  result<void> release(std::uint64_t ticket);
  result<void> flush();
  result<void> sync();
  spool_stats stats() const;
  /// How the runs of jobs have ended. Does not wait for the disk.
  std::vector<job_counts> jobs() const { return jobs_.all(); }

 private:
  template <class Record>
  void keep(const Record& record);

  mutable std::mutex mutex_; ///< Guards the spool and what follows.
  std::unique_ptr<record_spool> spool_;
  std::function<void()> tell_;
  std::atomic<bool> told_{false};
  job_book jobs_;
};

} // namespace remora::worker
