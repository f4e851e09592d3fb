#include "config/scripts/last_good_scripts.hpp"

#include <utility>

namespace remora::config {

last_good_scripts::last_good_scripts()
    : last_good_scripts{
          [](const script_source& script) { return check_script_text(script.code, script.file); }} {}

last_good_scripts::last_good_scripts(script_judge judge) : judge_{std::move(judge)} {}

script_set last_good_scripts::read(const scripting_settings& scripting) {
  script_collector all{memory_, judge_};
  all.add_configured(scripting);
  memory_ = all.take_memory();
  kept_ = all.take_kept();
  return all.take();
}

} // namespace remora::config
