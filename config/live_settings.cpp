#include "config/live_settings.hpp"

#include <utility>

namespace remora::config {

live_settings::live_settings(load_request request, key_list foreign, settings_judge judge)
    : request_{std::move(request)},
      foreign_{std::move(foreign)},
      judge_{std::move(judge)},
      files_{request_.files} {}

reload_outcome live_settings::attempt(settings& loaded) {
  load_outcome found = load_settings(request_);
  files_ = std::move(found.files);
  reload_outcome out;
  out.warnings = std::move(found.warnings);
  out.errors = std::move(found.errors);
  if (out.ok() && judge_) out.errors = judge_(found.value);
  loaded = std::move(found.value);
  return out;
}

reload_outcome live_settings::load() {
  settings loaded;
  reload_outcome out = attempt(loaded);
  if (out.ok()) running_ = std::move(loaded);
  return out;
}

reload_outcome live_settings::reload() {
  settings loaded;
  reload_outcome out = attempt(loaded);
  if (!out.ok()) return out;
  out.change = compare(running_, loaded, foreign_);
  take_over(out.change, loaded, running_);
  return out;
}

} // namespace remora::config
