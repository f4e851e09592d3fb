#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "protocol/job_run.hpp"

namespace remora::worker {

/// How the runs of one job on this node have ended, since the worker started.
struct job_counts {
  std::string script; ///< Title.
  std::string tag;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0; ///< Threw, or used up its time.
  std::uint64_t skipped = 0;
};

/// Counts runs of jobs by script and tag. Any thread.
class job_book {
 public:
  /// Scripts may make up tags: runs of jobs beyond so many are counted together, as of no script and no tag.
  static constexpr std::size_t most_jobs = 1'000;

  void add(const job_run& run);
  /// By script and tag.
  std::vector<job_counts> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, job_counts> jobs_;
};

} // namespace remora::worker
