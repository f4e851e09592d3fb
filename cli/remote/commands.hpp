#pragma once

#include "cli/commands.hpp"

namespace remora::cli {

// One command, one function. What each does is in its help.

outcome nodes_command(const context& where, const argument_list& given);

outcome scripts_list_command(const context& where, const argument_list& given);
outcome scripts_show_command(const context& where, const argument_list& given);
outcome scripts_status_command(const context& where, const argument_list& given);
outcome scripts_push_command(const context& where, const argument_list& given);
/// Also what `remora scripts --set scripting.source=DIR` is.
outcome scripts_watch_command(const context& where, const argument_list& given);
outcome scripts_activate_command(const context& where, const argument_list& given);
outcome scripts_deactivate_command(const context& where, const argument_list& given);
outcome scripts_remove_command(const context& where, const argument_list& given);

outcome console_command(const context& where, const argument_list& given);

outcome jobs_list_command(const context& where, const argument_list& given);
outcome jobs_run_command(const context& where, const argument_list& given);
outcome jobs_pause_command(const context& where, const argument_list& given);
outcome jobs_resume_command(const context& where, const argument_list& given);
outcome jobs_remove_command(const context& where, const argument_list& given);
outcome jobs_runs_command(const context& where, const argument_list& given);
outcome jobs_aggregate_command(const context& where, const argument_list& given);

outcome items_command(const context& where, const argument_list& given);
outcome pcap_command(const context& where, const argument_list& given);

outcome doctor_command(const context& where, const argument_list& given);

outcome keys_new_command(const context& where, const argument_list& given);
outcome keys_enroll_command(const context& where, const argument_list& given);
outcome keys_list_command(const context& where, const argument_list& given);
outcome keys_revoke_command(const context& where, const argument_list& given);

outcome completion_command(const context& where, const argument_list& given);

} // namespace remora::cli
