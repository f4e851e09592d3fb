#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/jobs/job_table.hpp"
#include "protocol/messages.hpp"

namespace remora::actors {

/// A script that was ended too often waits to be loaded again.
struct suspension {
  timestamp until;
  std::string why;
};

/// Told what becomes of one script and of its jobs. Called on the script's thread; must not block.
class script_watcher {
 public:
  virtual ~script_watcher() = default;
  /// All jobs of the script, in the order scheduled; replaces what was said before.
  virtual void jobs_are(std::vector<scheduled_job> jobs) = 0;
  /// The script asks for something that concerns the jobs of other nodes too.
  virtual void requested(const protocol::job_request& request) = 0;
  /// The script is suspended. Nothing: it runs again.
  virtual void suspended(const std::optional<suspension>& why) = 0;
};

/// Decides when a script_watcher is told, so that a script that changes its jobs all the time does not flood
/// those who listen: what it asks for and jobs that were scheduled, removed or paused at once, but not more
/// often than every 100 ms; when only `next` and `runs` moved, once a second.
class job_reporter {
 public:
  static constexpr milliseconds shortest_pause{100};
  static constexpr milliseconds pause_of_moves{1'000};
  /// What a script may ask for in one pause; the same thing asked for again counts once.
  static constexpr std::size_t max_requests = 1'000;

  /// @param to Null: nobody listens.
  job_reporter(std::shared_ptr<script_watcher> to, std::string script)
      : to_{std::move(to)}, script_{std::move(script)} {}

  /// Nothing is told before that. Then the jobs are, even when there are none.
  void begin() noexcept { begun_ = to_ != nullptr; }

  /// Notes what the script asks for. `own`: see protocol::job_request.
  void request(protocol::job_action what, std::string_view tag, bool all, bool own);

  /// Tells what is to be told at this time. Costs next to nothing when that is nothing.
  void tell(const jobs::job_table& jobs, timestamp now);

  /// When tell() has something to tell at the latest, although nothing happens; timestamp::max(): never.
  timestamp due(const jobs::job_table& jobs) const noexcept;

 private:
  bool has_news(const jobs::job_table& jobs) const noexcept;

  std::shared_ptr<script_watcher> to_;
  std::string script_;
  bool begun_ = false;
  bool told_ = false;
  std::uint64_t told_changes_ = 0;
  std::uint64_t told_moves_ = 0;
  timestamp told_at_;
  std::vector<protocol::job_request> requests_;
};

} // namespace remora::actors
