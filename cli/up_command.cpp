#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/common_options.hpp"
#include "cli/data_folders.hpp"

namespace remora::cli {

namespace {

struct up_arguments {
  common_options common;
  std::vector<std::string> scripts;
  std::vector<std::string> interfaces;
  std::optional<std::string> data;
};

void declare(arguments& args, up_arguments& up) {
  args.operands(up.scripts);
  args.group("Options");
  args.texts("-i,--interface", "NAME", up.interfaces, "Capture there; repeatable. [any]");
  args.text("--data", "DIR", up.data, "Keep everything there. [$XDG_STATE_HOME/remora, or ./remora-data]");
  declare(args, up.common);
  args.section("Examples",
               "  remora up examples/ -i eth0\n"
               "  remora nodes; remora jobs list; remora console -f      (in another terminal)\n");
  args.section("Exit status",
               "  1 failed while running; 2 wrong usage or configuration (nothing was started);\n"
               "  130 interrupted, which is how it ends.\n");
}

/// What the options say, as settings: a reload must not undo them.
void make_settings_of(const context& where, up_arguments& up) {
  const auto loaded = config::load_settings(request_for(where, up.common));
  const auto data = up.data ? *up.data : up_data_folder(where.environment);
  auto& set = up.common.set;
  if (up.data || !loaded.is_set("hub.data")) set.push_back("hub.data=" + data + "/hub");
  if (up.data || !loaded.is_set("worker.data")) set.push_back("worker.data=" + data + "/worker");
  for (std::size_t i = 0; i < up.interfaces.size(); ++i)
    set.push_back("worker.capture.interfaces[" + std::to_string(i) + "]=" + up.interfaces[i]);
  for (std::size_t i = 0; i < up.scripts.size(); ++i)
    set.push_back("scripting.sources[" + std::to_string(i) + "]=" + up.scripts[i]);
  if (up.common.log_level) set.push_back("log.level=" + *up.common.log_level);
  if (up.common.log_format) set.push_back("log.format=" + *up.common.log_format);
}

} // namespace

outcome up_command(const context& where, const argument_list& given) {
  up_arguments up;
  arguments args{
      "up", "[options] [PATH...]",
      "Runs a hub and a worker in one process, on this machine alone: a cluster of one, to begin with. "
      "PATH are scripts or folders of them, beside those that the configuration names; they are deployed "
      "again whenever they change. The other commands of remora find this hub by themselves."};
  declare(args, up);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (const auto fine = set_up_log({}, up.common); !fine) return refuse(where, fine.error().message);
  make_settings_of(where, up);
  return where.up(where, request_for(where, up.common));
}

} // namespace remora::cli
