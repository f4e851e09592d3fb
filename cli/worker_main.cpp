// remora-worker: the daemon of a node.

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/daemon/daemon_program.hpp"
#include "cli/process.hpp"
#include "worker/node/node.hpp"
#include "worker/node/node_metrics.hpp"
#include "worker/node/privileges.hpp"

namespace remora::cli {
namespace {

class worker_daemon final : public daemon {
 public:
  tl::expected<void, std::vector<error>> start(const config::settings& settings,
                                               std::function<void()> /*wake*/) override {
    auto options = worker::node_options_of(settings.worker, host_name(), program_version());
    if (!options) return refuse(options.error());
    hub_ = options->link.hub;
    auto open = [capture = options->capture] {
      const worker::raw_sockets_allowed allowed;
      return traffic::open_live(capture);
    };
    auto begun = worker::node::start(*options, std::move(open));
    if (!begun) return refuse(begun.error());
    node_ = std::move(*begun);
    return {};
  }

  // What a worker can change without a restart is the log's level, which the loop has set.
  void apply(const config::settings_change& /*change*/, const config::settings& /*settings*/) override {}

  std::optional<error> failure() const override { return node_->failure(); }
  bool is_healthy() const override { return node_->is_healthy(); }
  std::string status_text() const override { return worker::status_line(node_->view(), hub_); }
  bool stop() override { return node_->stop(); }

 private:
  static tl::unexpected<std::vector<error>> refuse(error why) {
    return tl::unexpected<std::vector<error>>(std::vector<error>{std::move(why)});
  }

  std::unique_ptr<worker::node> node_;
  std::string hub_;
};

daemon_facts facts() {
  daemon_facts out;
  out.program = "remora-worker";
  out.about =
      "The worker of one node: captures its traffic, runs the scripts that the hub wants on it, and delivers "
      "what they print and what their jobs come to. Without its hub it runs what it was told last, and keeps "
      "what is to be delivered on disk.\n\n"
      "It needs the capability CAP_NET_RAW, and gives up every other.";
  out.examples =
      "  remora-worker --config /etc/remora/worker.yaml\n"
      "  remora-worker --set worker.hub=10.0.0.1:8891 --set worker.data=./data\n";
  // Scripts and their settings are the hub's business; a file may hold both sections.
  out.foreign = {"hub", "scripting", "jobs"};
  return out;
}

} // namespace
} // namespace remora::cli

int main(int argc, char** argv) {
  // First of all: threads inherit what is left.
  if (const auto kept = remora::worker::keep_only_raw_sockets(); !kept) {
    std::fprintf(stderr, "remora-worker: %s\n", kept.error().message.c_str());
    return static_cast<int>(remora::cli::exit_status::failed);
  }
  return remora::cli::daemon_main(argc, argv, remora::cli::facts(),
                                  [] { return std::make_unique<remora::cli::worker_daemon>(); });
}
