#include "hub/scripts/published_deployment.hpp"

namespace remora::hub {

result<published_ptr> put_together(stores& in, const deployment_terms& terms, const job_names& paused) {
  auto made = std::make_shared<published_deployment>();
  auto generation = in.scripts.generation();
  if (!generation) return pass_on(std::move(generation));
  made->manifest.generation = *generation;
  made->manifest.env_json = terms.env_json;
  made->manifest.limits = terms.limits;
  made->manifest.timezone = terms.timezone;
  made->manifest.archive_prefix = terms.archive_prefix;
  made->manifest.redaction_fail_closed = terms.redaction_fail_closed;
  for (const auto& [name, text] : terms.macros)
    made->manifest.macros.push_back({name, text});
  for (const auto& name : paused)
    made->manifest.paused.push_back({name.script, name.tag});
  if (!terms.enabled) return made;

  auto all = in.scripts.list();
  if (!all) return pass_on(std::move(all));
  for (auto& script : *all) {
    if (!script.active) continue;
    made->manifest.scripts.push_back(
        {script.index, script.title, script.hash, script.file.empty() ? script.title : script.file});
    made->code[script.hash] = std::make_shared<const std::string>(std::move(script.code));
  }
  return made;
}

} // namespace remora::hub
