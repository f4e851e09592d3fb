#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/scripts/job_reporter.hpp"
#include "protocol/deployment.hpp"
#include "protocol/messages.hpp"
#include "protocol/scheduled_job.hpp"

namespace remora::worker {

/// Instances of scripts are counted; none has the number of another, as slots have.
using instance_number = std::uint64_t;

/// From an instance: its jobs, all of them; what it asks of the jobs of other nodes; or that it is suspended,
/// or runs again.
struct script_news {
  instance_number instance = 0;
  std::variant<std::vector<scheduled_job>, protocol::job_request, std::optional<actors::suspension>> what;
};
using script_news_ptr = std::shared_ptr<const script_news>;

/// What a deployer knows of the jobs of its scripts: which there are and which are paused. Decides whom an
/// order concerns and what is said of jobs to others. Pauses belong to the title and the tag: they outlive
/// the version of a script, and hold for a job that is scheduled later.
class deployed_jobs {
 public:
  static constexpr std::size_t max_paused = 10'000;

  /// From now on this instance alone speaks for the script.
  void begun(const std::string& title, instance_number instance);
  /// It says which jobs the script has. @returns whether that is news for others.
  bool learn(const std::string& title, instance_number instance, const std::vector<scheduled_job>& jobs);
  /// It has ended. @returns whether others are to hear that the script has no jobs any more.
  bool ended(const std::string& title, instance_number instance);

  /// Orders for single scripts, each with its title.
  struct sorted {
    std::vector<protocol::job_order> orders;
    bool found = false; ///< At least one job it concerns is there.
  };
  /// What an order means for the scripts of these titles; notes what it pauses and resumes. An order that
  /// names a script reaches it even if no job of that tag is known; one that does not concerns known jobs.
  sorted sort_out(const protocol::job_order& order, const std::set<std::string>& titles);

  /// Pauses these and resumes all others. @returns what that means for scripts that run already.
  std::vector<protocol::job_order> set_paused(const std::vector<paused_job>& all);

  /// The tags of a script that are paused.
  std::vector<std::string> paused(const std::string& title) const;

 private:
  struct script {
    instance_number speaks = 0;
    std::set<std::string> tags; ///< Of its jobs, as it said last.
  };

  bool is_paused(const std::string& title, const std::string& tag) const;
  void pause(const std::string& title, const std::string& tag);
  void resume(const std::string& title, const std::string& tag);

  std::map<std::string, script> scripts_;               ///< That have begun and not ended.
  std::map<std::string, std::set<std::string>> paused_; ///< Tags by title, of scripts or not.
  std::size_t paused_count_ = 0;
};

} // namespace remora::worker
