#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/daemon/daemon.hpp"
#include "cli/daemon/daemon_signals.hpp"
#include "config/live_settings.hpp"

namespace remora::cli {

/// What tells one daemon from another, on its command line.
struct daemon_facts {
  std::string program; ///< "remora-worker"
  std::string about;   ///< Paragraphs of the help: what it does.
  std::string examples;
  config::key_list foreign; ///< Sections of the configuration that are not its own.
  config::settings_judge judge;
};

/// The command line of a daemon: --help, --version, the options that all programs share; then the settings,
/// the log, and the daemon itself until it ends. Without --config the settings are the built-in defaults and
/// what the environment says: a daemon does not go looking for files.
/// @param arguments Without the name of the program.
/// @param signals Null in tests.
outcome run_daemon(const context& where, const daemon_facts& facts, const argument_list& arguments,
                   const std::function<std::unique_ptr<daemon>()>& make, daemon_signals* signals);

/// main() of a daemon. @returns what main() returns.
int daemon_main(int argc, char** argv, const daemon_facts& facts,
                const std::function<std::unique_ptr<daemon>()>& make);

/// The version of this program, as --version says it and hub and workers tell each other.
std::string program_version();

} // namespace remora::cli
