#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/store_thread.hpp"
#include "protocol/channel/receive_window.hpp"
#include "protocol/messages.hpp"

namespace remora::hub {

/// What was taken in since the hub started.
struct intake_counters {
  std::uint64_t runs_stored = 0;
  std::uint64_t runs_repeated = 0; ///< Had been stored before: sent again.
  std::uint64_t lines_stored = 0;
  std::uint64_t lines_repeated = 0;
  std::uint64_t lines_dropped = 0; ///< On the nodes, as they said.
  std::uint64_t failures = 0;      ///< Batches that could not be stored; they are tried again.
};

/// Job runs and console lines on their way into the store: while one batch is written, what arrives makes the
/// next one, so that a thousand nodes cost one sync of the disk and not a thousand. A message is confirmed
/// once all that came before it from its node is stored. A batch that cannot be stored (disk full) is tried
/// again, and nothing is confirmed until it is: the nodes keep their records.
///
/// Not thread-safe: the hub's core owns it, and `then` brings it back there. Bounded by the windows of the
/// channels.
class record_intake {
 public:
  struct parts {
    /// Hands work to the store; `then` is called in the core once it is done.
    std::function<void(store_thread::work, std::function<void()> then)> store;
    /// Tells a node that everything up to there is taken over.
    std::function<void(const std::string& node, protocol::stream_position at)> confirm;
    std::function<void(bool lines, bool runs)> stored; ///< New lines or runs can be read.
    std::function<timestamp()> clock;
  };

  explicit record_intake(parts with) : with_{std::move(with)} {}

  /// A numbered message of a node: records are stored, others only confirmed in their turn.
  void take(const std::string& node, protocol::stream_position at, const protocol::message& what);

  /// Tries again what could not be stored. To be called about once a second.
  void try_again();

  const intake_counters& counters() const noexcept { return counters_; }
  /// Why the last batch could not be stored; "" when it could.
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  /// What is stored in one go.
  struct batch {
    std::vector<protocol::numbered_run> runs;
    std::vector<line_batch> lines;
    std::map<std::string, protocol::stream_position> confirm; ///< By node.
    bool empty() const noexcept { return confirm.empty(); }
  };
  /// What came of it; written on the store's thread, read in the core afterwards.
  struct outcome {
    result<void> done;
    std::uint64_t runs_new = 0;
    line_counts lines;
  };
  static void write(stores& in, const batch& what, timestamp now, outcome& out);
  void write_next();
  void written(const outcome& came);

  parts with_;
  batch gathering_;
  std::shared_ptr<const batch> writing_; ///< Null: nothing is under way.
  bool waiting_to_retry_ = false;
  std::string trouble_;
  intake_counters counters_;
};

} // namespace remora::hub
