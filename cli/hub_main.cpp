#include "actors/jobs/time_zone.hpp"
#include "cli/daemon/daemon_program.hpp"
#include "cli/daemon/hub_daemon.hpp"

namespace {

using namespace remora;

std::vector<error> judge(const config::settings& all) {
  std::vector<error> wrong;
  if (auto zone = jobs::time_zone::find(all.jobs.timezone); !zone)
    wrong.push_back({errc::invalid_config, "jobs.timezone: " + zone.error().message});
  return wrong;
}

} // namespace

int main(int argc, char** argv) {
  cli::daemon_facts facts;
  facts.program = "remora-hub";
  facts.about =
      "The centre of a cluster: keeps scripts and hands them to the workers, collects what jobs and\n"
      "scripts say, and answers remora and other programs over HTTP.\n";
  facts.examples =
      "  remora-hub --config /etc/remora/hub.yaml\n"
      "  remora-hub --set hub.data=./data --set scripting.source=./scripts\n";
  facts.foreign = {"worker"};
  facts.judge = judge;
  return cli::daemon_main(argc, argv, facts,
                          [] { return std::make_unique<cli::hub_daemon>(cli::program_version()); });
}
