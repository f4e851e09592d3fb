#include "cli/remote/script_sync.hpp"

#include "cli/client/digest.hpp"
#include "config/scripts/script_set.hpp"

namespace remora::cli {

using client::json;
using client::path_segment;

namespace {

/// The hub loads the script before it answers, and others may be before it.
constexpr std::chrono::milliseconds checking_time{60'000};

} // namespace

std::string_view to_string(sync_event::kind what) noexcept {
  switch (what) {
    case sync_event::kind::created:
      return "created";
    case sync_event::kind::updated:
      return "updated";
    case sync_event::kind::unchanged:
      return "unchanged";
    case sync_event::kind::removed:
      return "removed";
    case sync_event::kind::failed:
      return "failed";
  }
  return "unknown";
}

result<script_sync::hub_scripts> script_sync::read_hub() {
  const auto all = hub_.ask_all({"GET", "/scripts", {}, {}, {}, false});
  if (!all) return tl::unexpected<error>(all.error());
  const double generation = client::number_of(*all, "generation");
  if (generation < generation_) {
    brought_.clear();
    refused_.clear();
  }
  generation_ = generation;
  hub_scripts out;
  for (const json& script : client::list_of(*all, "items"))
    out[client::text_of(script, "title")] = {
        client::text_of(script, "hash"), client::number_of(script, "version"),
        client::text_of(script, "origin") == "api" && !client::text_of(script, "file").empty()};
  return out;
}

result<bool> script_sync::hub_was_replaced() {
  const double before = generation_;
  const auto page = hub_.ask({"GET", "/scripts", {}, {}, {}, false});
  if (!page) return tl::unexpected<error>(page.error());
  return client::number_of(*page, "generation") < before;
}

result<void> script_sync::failed(const std::string& title, const std::string& file, const error& why) {
  if (why.code == errc::unreachable || why.code == errc::refused) return tl::unexpected<error>(why);
  ++failures_;
  tell_({sync_event::kind::failed, title, file, why});
  return {};
}

result<void> script_sync::put(const script_source& script, const hub_scripts& there) {
  const auto before = there.find(script.title);
  const bool is_new = before == there.end();
  const auto done = [&](sync_event::kind what) {
    brought_[script.title] = script;
    refused_.erase(script.title);
    tell_({what, script.title, script.file, {}});
  };
  if (!is_new && before->second.hash == client::sha256_hex(script.code)) {
    done(sync_event::kind::unchanged);
    return {};
  }
  if (how_.dry_run) {
    done(is_new ? sync_event::kind::created : sync_event::kind::updated);
    return {};
  }
  json body{{"code", script.code}};
  // A path that no hub keeps is no reason to leave its script out.
  if (hub_keeps_files_ && check_script_file(script.file)) body["file"] = script.file;
  // Whether a script runs that the hub knows already was decided there.
  if (is_new && (how_.inactive || !how_.active.empty()))
    body["active"] = !how_.inactive && config::is_active(how_.active, script);
  client::call what{"PUT", "/scripts/" + path_segment(script.title), {}, body, {}, false, checking_time};
  auto stored = hub_.ask(what);
  if (!stored && stored.error().code == errc::invalid_usage && what.body->contains("file")) {
    hub_keeps_files_ = false; // of a version that does not know the member
    what.body->erase("file");
    stored = hub_.ask(what);
  }
  if (!stored) {
    if (stored.error().code == errc::invalid_script) refused_[script.title] = script.code;
    return failed(script.title, script.file, stored.error());
  }
  const bool same = !is_new && client::number_of(*stored, "version") == before->second.version;
  done(is_new ? sync_event::kind::created : same ? sync_event::kind::unchanged : sync_event::kind::updated);
  return {};
}

result<void> script_sync::remove(const std::string& title, const std::string& file) {
  if (!how_.dry_run) {
    const auto removed = hub_.ask({"DELETE", "/scripts/" + path_segment(title), {}, {}, {}, false});
    // Somebody else was faster: it is gone, as it should be.
    if (!removed && removed.error().code != errc::not_found) return failed(title, file, removed.error());
  }
  tell_({sync_event::kind::removed, title, file, {}});
  return {};
}

result<void> script_sync::bring(const std::vector<script_source>& wanted) {
  const auto there = read_hub();
  if (!there) return tl::unexpected<error>(there.error());
  std::set<std::string> titles;
  for (const script_source& script : wanted) {
    titles.insert(script.title);
    const auto known = brought_.find(script.title);
    if (known != brought_.end() && known->second.code == script.code) continue;
    const auto refused = refused_.find(script.title);
    if (refused != refused_.end() && refused->second == script.code) continue; // it was told of
    if (auto put_there = put(script, *there); !put_there) return put_there;
  }
  // New scripts come first: a script whose title changed is never missing altogether.
  for (auto one = brought_.begin(); one != brought_.end();) {
    if (titles.count(one->first) > 0) {
      ++one;
      continue;
    }
    if (there->count(one->first) > 0)
      if (auto gone = remove(one->first, one->second.file); !gone) return gone;
    one = brought_.erase(one);
  }
  if (how_.prune && !pruned_)
    for (const auto& [title, script] : *there)
      if (script.from_file && titles.count(title) == 0)
        if (auto gone = remove(title, ""); !gone) return gone;
  pruned_ = true;
  return {};
}

} // namespace remora::cli
