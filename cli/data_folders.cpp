#include "cli/data_folders.hpp"

namespace remora::cli {

namespace {

/// The absolute path that a variable holds, or "": the specification has others passed over.
std::string absolute_path(const environment_map& environment, const char* variable) {
  const auto found = environment.find(variable);
  const bool fine = found != environment.end() && !found->second.empty() && found->second.front() == '/';
  return fine ? found->second : std::string{};
}

} // namespace

std::string up_data_folder(const environment_map& environment) {
  const std::string state = absolute_path(environment, "XDG_STATE_HOME");
  return state.empty() ? "remora-data" : state + "/remora";
}

std::string run_data_folder(const environment_map& environment) {
  const std::string state = absolute_path(environment, "XDG_STATE_HOME");
  if (!state.empty()) return state + "/remora/run";
  const std::string home = absolute_path(environment, "HOME");
  return home.empty() ? std::string{} : home + "/.local/state/remora/run";
}

} // namespace remora::cli
