#include "worker/node/deployment_news.hpp"

#include "base/log.hpp"

namespace remora::worker {

void deployment_news::running(std::uint64_t generation, const script_source& script) {
  log::info("script-runs", "script=", script.title, " generation=", generation);
  say(script_running{generation, script});
}

void deployment_news::refused(std::uint64_t generation, const script_source& script, const std::string& why,
                              bool declined) {
  if (declined) {
    log::info("script-declines", "script=", script.title, " generation=", generation, " why=", why);
  } else {
    log::error("script-refused", "script=", script.title, " generation=", generation, " why=", why);
  }
  say(script_refused{generation, script, why, declined});
}

void deployment_news::suspended(const std::string& title, const std::optional<actors::suspension>& why) {
  say(script_suspended{title, why}); // the script's runner has logged it
}

void deployment_news::stuck(const std::string& title) {
  log::error("script-stuck", "script=", title, " it does not answer any more and was given up");
  say(script_stuck{title});
}

void deployment_news::ended(const std::string& title, const actors::script_tally& tally) {
  book_->ended(title, tally);
  say(script_ended{title});
}

void deployment_news::jobs_changed(const std::string& title, const std::vector<scheduled_job>& jobs) {
  say(script_jobs{title, jobs});
}

void deployment_news::job_requested(const protocol::job_request& request) { say(request); }

void deployment_news::capture_ended(const capture_report& report) {
  for (const error& problem : report.problems)
    log::error("capture", problem.message);
  say(all_scripts_ended{});
}

} // namespace remora::worker
