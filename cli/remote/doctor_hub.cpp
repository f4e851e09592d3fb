#include <thread>

#include "cli/remote/doctor.hpp"

namespace remora::cli {

namespace {

using client::call;
using client::json;
using client::text_of;

const call nodes_call{"GET", "/nodes", {}, {}, {}, false};

void append(findings& to, findings&& more) { to.insert(to.end(), more.begin(), more.end()); }

finding failed(const std::string& check, const error& why) {
  return {verdict_level::problem, check, why.message, ""};
}

/// @returns false when there is nobody to ask further.
bool examine_presence(const client::hub_client& hub, findings& to) {
  const auto alive = hub.exchange({"GET", "/livez", {}, {}, {}, true});
  if (!alive) {
    to.push_back(failed("hub", alive.error()));
    return false;
  }
  if (alive->status != 200) {
    to.push_back(
        {verdict_level::problem, "hub",
         "what listens at " + hub.address() + " answers " + std::to_string(alive->status) + " to /livez",
         "is --hub (or REMORA_HUB) the address of a hub?"});
    return false;
  }
  to.push_back({verdict_level::ok, "hub", hub.address() + " answers", ""});
  const auto ready = hub.fetch({"GET", "/readyz", {}, {}, {}, true});
  if (ready) {
    to.push_back({verdict_level::ok, "hub", "it is ready", ""});
  } else {
    to.push_back(
        {verdict_level::problem, "hub", "it is not ready: " + ready.error().message, "its log says more"});
  }
  return true;
}

/// @returns false when our token may not even read.
bool examine_token(const client::hub_client& hub, const std::string& own_version, findings& to) {
  const auto version = hub.ask({"GET", "/version", {}, {}, {}, false});
  if (!version) {
    to.push_back(failed("token", version.error()));
    return false;
  }
  // Asks for what an editor may, and changes nothing.
  const auto edits = hub.exchange({"POST", "/scripts/check", {}, json{{"code", ""}}, {}, false});
  const bool may_edit = edits && edits->status != 403 && edits->status != 401;
  to.push_back({verdict_level::ok, "token",
                may_edit ? "may read and change scripts and jobs" : "may read; changing takes role editor",
                ""});
  const std::string its = text_of(*version, "version");
  if (its == own_version) {
    to.push_back({verdict_level::ok, "version", its, ""});
  } else {
    to.push_back({verdict_level::warning, "version", "the hub is " + its + ", this program " + own_version,
                  "one version apart is fine; more may not be"});
  }
  return true;
}

} // namespace

findings examine_hub(const client::hub_client& hub, const std::string& own_version,
                     std::chrono::milliseconds between) {
  findings out;
  if (!examine_presence(hub, out) || !examine_token(hub, own_version, out)) return out;
  const auto nodes = hub.ask_all(nodes_call);
  const auto scripts = hub.ask_all({"GET", "/scripts", {}, {}, {}, false});
  const auto status = hub.ask_all({"GET", "/script-status", {}, {}, {}, false});
  const auto jobs = hub.ask_all({"GET", "/jobs", {}, {}, {}, false});
  std::this_thread::sleep_for(between);
  const auto later = hub.ask_all(nodes_call);
  for (const auto* one : {&nodes, &scripts, &status, &jobs, &later})
    if (!*one) {
      out.push_back(failed("hub", one->error()));
      return out;
    }
  append(out, judge_nodes(*nodes, *later));
  append(out, judge_scripts(*scripts, *status));
  append(out, judge_jobs(*jobs));
  return out;
}

} // namespace remora::cli
