#include "cli/command_table.hpp"

#include "cli/remote/commands.hpp"

namespace remora::cli {

const std::vector<command_group>& command_groups() {
  static const std::vector<command_group> groups{
      {"On this machine",
       {{"run", "run scripts on live traffic or on capture files", run_command},
        {"up", "a hub and a worker in one process, to begin with", up_command},
        {"scripts check", "say whether scripts would load", scripts_check_command},
        {"config check", "say whether a configuration is right", config_check_command}}},
      {"Of a hub",
       {{"nodes", "the nodes: where, since when, how fast, what was dropped", nodes_command},
        {"scripts list", "the scripts of the hub", scripts_list_command},
        {"scripts show", "the code of a script", scripts_show_command},
        {"scripts status", "how scripts fare on each node", scripts_status_command},
        {"scripts push", "send scripts to the hub", scripts_push_command},
        {"scripts watch", "send scripts to the hub whenever they change", scripts_watch_command},
        {"scripts activate", "run a script", scripts_activate_command},
        {"scripts deactivate", "keep a script without running it", scripts_deactivate_command},
        {"scripts remove", "remove a script", scripts_remove_command},
        {"console", "what scripts print", console_command},
        {"jobs list", "the scheduled jobs of all scripts", jobs_list_command},
        {"jobs run", "run a job now on every node", jobs_run_command},
        {"jobs pause", "keep a job from running", jobs_pause_command},
        {"jobs resume", "let a paused job run again", jobs_resume_command},
        {"jobs remove", "take a job off the schedule", jobs_remove_command},
        {"jobs runs", "how a job ran, newest first", jobs_runs_command},
        {"jobs aggregate", "results of a job folded over nodes and time", jobs_aggregate_command},
        {"items", "stored items of all nodes, and those that come", items_command},
        {"pcap", "packets of matching streams, of all nodes, as a file", pcap_command},
        {"doctor", "what works and what does not, and what to do about it", doctor_command}}},
      {"Keys and the shell",
       {{"keys new", "make the key pair of a node or a hub", keys_new_command},
        {"keys enroll", "let a worker's key in at this hub", keys_enroll_command},
        {"keys list", "the keys that are let in", keys_list_command},
        {"keys revoke", "no longer let a key in", keys_revoke_command},
        {"completion", "let a shell complete commands and options", completion_command}}},
  };
  return groups;
}

const std::vector<command>& all_commands() {
  static const std::vector<command> all = [] {
    std::vector<command> out;
    for (const command_group& group : command_groups())
      out.insert(out.end(), group.commands.begin(), group.commands.end());
    return out;
  }();
  return all;
}

} // namespace remora::cli
