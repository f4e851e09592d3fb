#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "worker/deployment.hpp"
#include "worker/node/script_book.hpp"
#include "worker/node/uplink_event.hpp"

namespace remora::worker {

/// Tells the uplink and the book what becomes of scripts. On the deployer's thread.
class deployment_news final : public deployment_watcher {
 public:
  using listener = std::function<void(uplink_event_ptr)>;

  explicit deployment_news(std::shared_ptr<script_book> book) : book_{std::move(book)} {}

  /// Who is told. Before the deployer is given anything to do.
  void tell(listener to) { to_ = std::move(to); }

  void running(std::uint64_t generation, const script_source& script) override;
  void refused(std::uint64_t generation, const script_source& script, const std::string& why,
               bool declined) override;
  void suspended(const std::string& title, const std::optional<actors::suspension>& why) override;
  void stuck(const std::string& title) override;
  void ended(const std::string& title, const actors::script_tally& tally) override;
  void jobs_changed(const std::string& title, const std::vector<scheduled_job>& jobs) override;
  void job_requested(const protocol::job_request& request) override;
  void capture_ended(const capture_report& report) override;

 private:
  void say(uplink_event what) const {
    if (to_) to_(std::make_shared<const uplink_event>(std::move(what)));
  }

  std::shared_ptr<script_book> book_;
  listener to_;
};

} // namespace remora::worker
