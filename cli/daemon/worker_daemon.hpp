#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/daemon/daemon.hpp"
#include "worker/node/node.hpp"
#include "worker/node/node_server.hpp"

namespace remora::cli {

/// The worker of a node as a program that stays.
class worker_daemon final : public daemon {
 public:
  /// @param software Version of remora, as it tells others.
  explicit worker_daemon(std::string software) : software_{std::move(software)} {}

  tl::expected<void, std::vector<error>> start(const config::settings& settings,
                                               std::function<void()> wake) override;
  // What a worker can change without a restart is the log's level, which the loop has set.
  void apply(const config::settings_change& /*change*/, const config::settings& /*settings*/) override {}
  std::optional<error> failure() const override { return node_->failure(); }
  bool is_healthy() const override { return node_->is_healthy(); }
  std::string status_text() const override;
  bool stop() override;
  void look() override { server_->look(); }

 private:
  result<void> serve_metrics(const config::metrics_settings& how, const std::string& name);

  std::string software_;
  std::unique_ptr<worker::node> node_;
  std::unique_ptr<worker::node_server> server_; ///< Goes before what it asks.
  std::string hub_;
};

} // namespace remora::cli
