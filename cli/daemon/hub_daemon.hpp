#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/daemon/daemon.hpp"
#include "cli/daemon/hub_node.hpp"
#include "config/scripts/last_good_scripts.hpp"
#include "http/http_server.hpp"
#include "hub/running_hub.hpp"

namespace remora::cli {

/// The hub as a program that stays: the running hub, its HTTP API, and the scripts that the configuration
/// names, read again whenever their files change; and the node on which scripts run here.
class hub_daemon final : public daemon {
 public:
  /// @param software Version of remora, as it tells others.
  explicit hub_daemon(std::string software);
  ~hub_daemon() override;

  tl::expected<void, std::vector<error>> start(const config::settings& settings,
                                               std::function<void()> wake) override;
  void apply(const config::settings_change& change, const config::settings& settings) override;
  std::vector<std::string> files_to_watch(const config::settings& settings) const override;
  void files_changed() override;
  std::optional<error> failure() const override { return node_->failure(); }
  bool is_healthy() const override;
  std::string status_text() const override;
  bool stop() override;

  /// Where the API is: "http://127.0.0.1:8899". After start().
  std::string url() const { return api_->url(); }
  /// Where a worker on this machine reaches it.
  std::string link_address() const { return reachable_here(hub_->link_address()); }

 private:
  config::script_set read_scripts();
  void take_over_scripts();
  result<void> open_api(const config::http_settings& http);

  std::string software_;
  config::settings settings_;
  config::last_good_scripts scripts_;
  std::vector<std::string> known_problems_; ///< Of the scripts' files: said once.
  std::unique_ptr<hub::running_hub> hub_;
  std::unique_ptr<worker::node> node_;     ///< Runs the hub's own scripts.
  std::unique_ptr<http::http_server> api_; ///< Goes before what it asks.
};

} // namespace remora::cli
