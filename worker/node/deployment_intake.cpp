#include "worker/node/deployment_intake.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "base/units.hpp"
#include "protocol/content_hash.hpp"

namespace remora::worker {

namespace {

constexpr milliseconds first_pause{2'000};
constexpr milliseconds longest_pause{60'000};

bool same(const deployment_manifest& a, const deployment_manifest& b) {
  return protocol::same(protocol::deployment{a}, protocol::deployment{b});
}

template <class T>
T within(const char* name, T given, T least, T most) {
  const T out = std::clamp(given, least, most);
  if (out != given) log::warn("deployment", name, " is out of bounds and was brought within them");
  return out;
}

// The bounds are those of the configuration (scripting.limits.*): a hub that is well sends nothing else.
script::limits limits_of(const deployed_limits& given) {
  using std::chrono::hours;
  constexpr nanoseconds least = milliseconds{1};
  script::limits out;
  out.turn = within<nanoseconds>("limits.turn", given.turn, least, hours{1});
  out.load = within<nanoseconds>("limits.load", given.load, least, hours{1});
  out.job = within<nanoseconds>("limits.job", given.job, least, hours{24});
  out.memory_bytes = static_cast<std::size_t>(
      within<std::uint64_t>("limits.memory", given.memory_bytes, mib(4).bytes, gib(2).bytes));
  return out;
}

jobs::time_zone zone_of(const std::string& name) {
  auto zone = jobs::time_zone::find(name);
  if (zone) return *std::move(zone);
  log::error("deployment", "jobs run by UTC: ", zone.error().message);
  return {};
}

} // namespace

void deployment_intake::begin_with(whole_deployment known) { runs_ = std::move(known); }

void deployment_intake::hear_of(std::uint64_t newest, moment now, bool sure) {
  if (newest == 0 || (newest == generation() && !sure)) {
    ask_at_.reset();
    return;
  }
  ask_at_ = now;
  pause_ = first_pause;
}

std::optional<protocol::fetch_deployment> deployment_intake::question(moment now) {
  if (!ask_at_ || now < *ask_at_) return std::nullopt;
  ask_at_ = now + pause_;
  pause_ = std::min(pause_ * 2, longest_pause);
  protocol::fetch_deployment out;
  for (const auto& [hash, code] : arrived_)
    out.have.push_back(hash);
  if (!runs_) return out;
  for (const auto& [hash, code] : runs_->code)
    if (arrived_.count(hash) == 0) out.have.push_back(hash);
  return out;
}

result<void> deployment_intake::take(protocol::script_code what) {
  if (content_hash(what.code) != what.hash) {
    return fail(errc::invalid_message,
                "the hub sent code that is not what it says (" + to_hex(what.hash) + "); it is not used");
  }
  if (what.code.size() > max_script_bytes || arrived_bytes_ + what.code.size() > most_waiting_bytes)
    return fail(errc::too_large,
                "the hub sent more code than a node takes; " + to_hex(what.hash) + " is not used");
  const std::size_t bytes = what.code.size();
  if (arrived_.emplace(what.hash, std::move(what.code)).second) arrived_bytes_ += bytes;
  return {};
}

const std::string* deployment_intake::code_of(const script_hash& hash) const {
  const auto arrived = arrived_.find(hash);
  if (arrived != arrived_.end()) return &arrived->second;
  if (!runs_) return nullptr;
  const auto known = runs_->code.find(hash);
  return known == runs_->code.end() ? nullptr : &known->second;
}

std::optional<whole_deployment> deployment_intake::take(protocol::deployment what, moment now) {
  whole_deployment next;
  for (const deployed_script& script : what.manifest.scripts) {
    const std::string* const code = code_of(script.hash);
    if (code != nullptr) {
      next.code.emplace(script.hash, *code);
    } else {
      log::warn("deployment", "the code of ", script.title, " is missing; it is asked for again");
      ask_at_ = now + pause_; // not at once: a hub that never sends it would be asked without end
      return std::nullopt;
    }
  }
  next.manifest = std::move(what.manifest);
  ask_at_.reset();
  arrived_.clear();
  arrived_bytes_ = 0;
  if (runs_ && same(runs_->manifest, next.manifest)) return std::nullopt;
  runs_ = next;
  return next;
}

wanted_scripts_ptr wanted_of(const whole_deployment& what) {
  auto out = std::make_shared<wanted_scripts>();
  out->generation = what.manifest.generation;
  out->env_json = what.manifest.env_json;
  out->limits = limits_of(what.manifest.limits);
  out->queue_events = static_cast<std::size_t>(
      within<std::uint64_t>("limits.queue", what.manifest.limits.queue_events, 256, 16'777'216));
  out->zone = zone_of(what.manifest.timezone);
  out->file_quota_bytes = what.manifest.limits.file_quota_bytes;
  out->archive_prefix = what.manifest.archive_prefix;
  for (const filter_macro& macro : what.manifest.macros)
    out->macros[macro.name] = macro.text;
  out->redaction_fail_closed = what.manifest.redaction_fail_closed;
  out->paused = what.manifest.paused;
  std::set<std::string> titles;
  for (const deployed_script& script : what.manifest.scripts) {
    const auto code = what.code.find(script.hash);
    if (script.title.empty() || code == what.code.end() || !titles.insert(script.title).second) {
      log::error("deployment", "a script without a title of its own is left out: ", script.file);
      continue;
    }
    script_source source;
    source.index = static_cast<std::size_t>(script.index);
    source.title = script.title;
    source.file = script.file.empty() ? script.title : script.file;
    source.code = code->second;
    out->scripts.push_back(std::move(source));
  }
  // Their order is that of their index, whatever the order of the manifest.
  std::stable_sort(out->scripts.begin(), out->scripts.end(),
                   [](const script_source& a, const script_source& b) { return a.index < b.index; });
  return out;
}

} // namespace remora::worker
