#include "script/helpers/helpers.hpp"

namespace remora::script {

void install_helpers(duk_hthread* context) {
  install_console(context);
  install_file(context);
  install_hub(context);
  install_jobs(context);
  install_kfl(context);
  install_test(context);
  install_timers(context);
  install_utils(context);
}

} // namespace remora::script
