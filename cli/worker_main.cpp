// remora-worker: the daemon of a node.

#include <cstdio>
#include <memory>

#include "cli/daemon/daemon_program.hpp"
#include "cli/daemon/worker_daemon.hpp"
#include "worker/node/privileges.hpp"

namespace remora::cli {
namespace {

daemon_facts facts() {
  daemon_facts out;
  out.program = "remora-worker";
  out.about =
      "The worker of one node: captures its traffic, runs the scripts that the hub wants on it, and delivers "
      "what they print and what their jobs come to. Without its hub it runs what it was told last, and keeps "
      "what is to be delivered on disk.\n\n"
      "/metrics, /livez and /readyz are served at worker.metrics.listen, 127.0.0.1:49100 unless set.\n\n"
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
  return remora::cli::daemon_main(argc, argv, remora::cli::facts(), [] {
    return std::make_unique<remora::cli::worker_daemon>(remora::cli::program_version());
  });
}
