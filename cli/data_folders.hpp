#pragma once

#include <map>
#include <string>

namespace remora::cli {

using environment_map = std::map<std::string, std::string>;

/// Where `remora up` keeps everything: $XDG_STATE_HOME/remora, or "remora-data" in the working directory.
std::string up_data_folder(const environment_map& environment);

/// Where `remora run` keeps the files of scripts: $XDG_STATE_HOME/remora/run, or
/// $HOME/.local/state/remora/run. "" when neither variable has an absolute path.
/// Source: XDG Base Directory Specification 0.8.
std::string run_data_folder(const environment_map& environment);

} // namespace remora::cli
