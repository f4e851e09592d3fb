#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/node_stats.hpp"
#include "worker/capture_progress.hpp"
#include "worker/spool/drop_counts.hpp"

namespace remora::worker {

/// What came of each script of a node, over all its versions. Counts never go back while a script is wanted.
/// Any thread.
class script_book {
 public:
  explicit script_book(std::shared_ptr<const capture_progress> progress) : progress_{std::move(progress)} {}

  /// How many lines a slot has lost to the limit of lines a second.
  void ask_dropped_lines(std::function<std::uint64_t(std::size_t)> of_slot);

  /// A version of a script takes a slot.
  void took(std::size_t slot, const std::string& title);
  /// A version has ended.
  void ended(const std::string& title, const actors::script_tally& tally);
  /// A script is no longer wanted and has ended: it is forgotten.
  void forget(const std::string& title);

  /// @param dropped Lines that there was no room to keep.
  std::vector<script_totals> totals(const drop_counts& dropped);
  /// What the hooks of each script did, by title.
  std::map<std::string, script::hook_table> hooks();
  /// Of the heaps of all scripts, together.
  std::uint64_t heap_bytes() const;

 private:
  std::mutex mutex_;
  std::shared_ptr<const capture_progress> progress_;
  std::function<std::uint64_t(std::size_t)> dropped_lines_;
  std::map<std::size_t, std::string> slots_;
  std::map<std::string, script_totals> finished_; ///< Of versions that have ended; an entry a script.
  std::map<std::string, script_totals> shown_;
  std::map<std::string, script::hook_table> finished_hooks_;
  std::map<std::string, script::hook_table> shown_hooks_;
};

} // namespace remora::worker
