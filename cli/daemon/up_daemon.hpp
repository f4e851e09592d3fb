#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/daemon/hub_daemon.hpp"
#include "cli/daemon/worker_daemon.hpp"

namespace remora::cli {

/// A hub and the worker of this machine in one process: the worker talks to that hub as it would to any
/// other.
class up_daemon final : public daemon {
 public:
  /// @param ready Told the URL of the hub once both run.
  /// @param looked Called whenever the loop looks, about once a second.
  up_daemon(const std::string& software, std::function<void(const std::string& url)> ready,
            std::function<void()> looked);

  tl::expected<void, std::vector<error>> start(const config::settings& settings,
                                               std::function<void()> wake) override;
  void apply(const config::settings_change& change, const config::settings& settings) override;
  std::vector<std::string> files_to_watch(const config::settings& settings) const override;
  void files_changed() override { hub_.files_changed(); }
  void look() override;
  std::optional<error> failure() const override {
    auto of_hub = hub_.failure();
    return of_hub ? of_hub : worker_.failure();
  }
  bool is_healthy() const override { return hub_.is_healthy() && worker_.is_healthy(); }
  std::string status_text() const override;
  bool stop() override;

 private:
  std::function<void(const std::string&)> ready_;
  std::function<void()> looked_;
  hub_daemon hub_;
  worker_daemon worker_;
};

} // namespace remora::cli
