#include "hub/scripts/deployment_desk.hpp"

#include <utility>

#include "base/log.hpp"
#include "hub/scripts/configured_scripts.hpp"

namespace remora::hub {

namespace {
constexpr std::string_view fact_of_paused = "jobs.paused";
}

deployment_desk::deployment_desk(stores& in, std::function<void(published_ptr)> publish)
    : in_{in}, publish_{std::move(publish)} {}

result<void> deployment_desk::begin(const deployment_terms& terms, const config::script_set& read,
                                    const config::scripting_settings& scripting, timestamp now) {
  terms_ = terms;
  auto paused = in_.facts.find(fact_of_paused);
  if (!paused) return pass_on(std::move(paused));
  if (*paused) {
    auto names = job_names_of(**paused);
    if (!names) return pass_on(std::move(names));
    paused_ = std::move(*names);
  }
  auto change = take_over_configured(in_, read, scripting, now);
  if (!change) return pass_on(std::move(change));
  return publish_as_new();
}

result<void> deployment_desk::set_terms(const deployment_terms& terms) {
  if (terms == terms_) return {};
  terms_ = terms;
  return publish_as_new();
}

result<void> deployment_desk::set_configured(const config::script_set& read,
                                             const config::scripting_settings& scripting, timestamp now) {
  auto change = take_over_configured(in_, read, scripting, now);
  if (!change) return pass_on(std::move(change));
  return publish_if_new();
}

result<stored_script> deployment_desk::put(const script_change& script, std::optional<std::uint64_t> expected,
                                           timestamp now) {
  auto stored = in_.scripts.put(script, script_origin::api, expected, now);
  if (!stored) return stored;
  if (auto done = publish_if_new(); !done) return pass_on(std::move(done));
  return stored;
}

result<stored_script> deployment_desk::set_active(const std::string& title, bool active,
                                                  std::optional<std::uint64_t> expected, timestamp now) {
  auto stored = in_.scripts.set_active(title, active, expected, now);
  if (!stored) return stored;
  if (auto done = publish_if_new(); !done) return pass_on(std::move(done));
  return stored;
}

result<void> deployment_desk::remove(const std::string& title, std::optional<std::uint64_t> expected) {
  if (auto done = in_.scripts.remove(title, expected); !done) return done;
  return publish_if_new();
}

result<void> deployment_desk::set_paused(const job_names& jobs, bool paused) {
  job_names now = paused_;
  for (const auto& name : jobs) {
    if (paused) {
      now.insert(name);
    } else {
      now.erase(name);
    }
  }
  if (now == paused_) return {};
  if (auto done = in_.facts.set(fact_of_paused, to_fact(now)); !done) return done;
  paused_ = std::move(now);
  return publish_as_new();
}

result<void> deployment_desk::publish_as_new() {
  if (auto raised = in_.scripts.raise_generation(); !raised) return pass_on(std::move(raised));
  return publish_if_new();
}

result<void> deployment_desk::publish_if_new() {
  auto made = put_together(in_, terms_, paused_);
  if (!made) return pass_on(std::move(made));
  const auto& manifest = (*made)->manifest;
  if (manifest.generation == published_) return {};
  published_ = manifest.generation;
  log::info("deployment", "generation=", manifest.generation, " scripts=", manifest.scripts.size());
  publish_(*made);
  return {};
}

} // namespace remora::hub
