#pragma once

struct duk_hthread;

namespace remora::script {

/// Makes every helper a script can call known to its heap. Each group is in the file of its name. The heap's
/// owner must be its script_vm.
void install_helpers(duk_hthread* context);

void install_console(duk_hthread* context);
void install_file(duk_hthread* context);
void install_hub(duk_hthread* context);
void install_jobs(duk_hthread* context);
void install_kfl(duk_hthread* context);
void install_test(duk_hthread* context);
void install_timers(duk_hthread* context);
void install_utils(duk_hthread* context);

} // namespace remora::script
