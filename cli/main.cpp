#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/commands.hpp"
#include "cli/daemon/run_up.hpp"
#include "cli/process.hpp"

namespace {

remora::cli::outcome run(int argc, char** argv) {
  static remora::worker::stop_flag stop{false}; // a late signal may still set it
  remora::cli::stop_signals signals;
  remora::cli::context where;
  where.environment = remora::cli::environment();
  where.scripts = {remora::worker::run, remora::worker::check_scripts};
  where.up = remora::cli::run_up;
  where.stop = &stop;
  where.signals = &signals;
  const auto outcome = remora::cli::run_program(where, {argv + (argc > 0 ? 1 : 0), argv + argc});
  // Nothing is left to write: outputs flush themselves where they are used.
  if (outcome.leave_at_once) std::_Exit(static_cast<int>(outcome.status));
  return outcome;
}

} // namespace

int main(int argc, char** argv) {
  remora::cli::prepare_process();
  try {
    return static_cast<int>(run(argc, argv).status);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "remora: gave up: %s\n", e.what());
    return static_cast<int>(remora::cli::exit_status::failed);
  }
}
