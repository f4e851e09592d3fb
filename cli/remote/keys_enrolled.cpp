#include "actors/link/secret_key.hpp"
#include "base/utf8.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/keys_file.hpp"
#include "cli/remote/table.hpp"
#include "cli/remote/words.hpp"
#include "protocol/messages.hpp"

namespace remora::cli {

namespace {

using client::json;

outcome failed(const context& where, const error& why) {
  return why.code == errc::invalid_usage ? refuse(where, why.message) : end_with(where, why);
}

outcome enroll(const context& where, const keys_options& options, const std::vector<std::string>& operands,
               const std::optional<std::string>& name) {
  if (operands.empty()) return refuse(where, "PUBLIC_KEY is missing; remora keys new NAME makes one");
  if (name && operands.size() > 1) return refuse(where, "--name goes together with one PUBLIC_KEY");
  std::vector<named_key> keys;
  for (const std::string& operand : operands) {
    auto key = read_named_key(operand, name);
    if (!key) return refuse(where, key.error().message);
    if (key->name == protocol::hub_node)
      return refuse(
          where, "\"hub\" is the name of the hub's own scripts, which need no key; a worker takes another");
    keys.push_back(*std::move(key));
  }
  const auto file = keys_file(where, options);
  if (!file) return {exit_status::wrong_usage};
  const auto done = change_keys(*file, [&](link::enrolment& all) -> result<void> {
    for (const named_key& key : keys)
      if (auto added = all.enroll(key.name, key.public_key, wall_now()); !added) return added;
    return {};
  });
  if (!done) return failed(where, done.error());
  std::string said;
  for (const named_key& key : keys)
    said += key.name + ": enrolled in " + file->string() + '\n';
  return {print(where, said)};
}

/// Every good key of that name, or the one key.
std::vector<std::string> keys_meant(const link::enrolment& all, const std::string& given) {
  if (link::is_public_key(given)) return {given};
  std::vector<std::string> out;
  for (const auto& [key, known] : all.keys())
    if (known.name == given && !known.revoked) out.push_back(key);
  return out;
}

outcome revoke(const context& where, const keys_options& options, const std::vector<std::string>& operands) {
  if (operands.empty()) return refuse(where, "which key? PUBLIC_KEY or NAME; remora keys list shows them");
  const auto file = keys_file(where, options);
  if (!file) return {exit_status::wrong_usage};
  std::string said;
  const auto done = change_keys(*file, [&](link::enrolment& all) -> result<void> {
    for (const std::string& given : operands) {
      const auto keys = keys_meant(all, given);
      if (keys.empty())
        return fail(errc::not_found, remora::quoted(given) +
                                         " is neither a key nor the name of one that is let in; remora "
                                         "keys list shows them");
      for (const std::string& key : keys) {
        if (auto revoked = all.revoke(key, wall_now()); !revoked) return revoked;
        said += given + ": revoked" + (key == given ? "" : ' ' + key) + '\n';
      }
    }
    return {};
  });
  if (!done) return failed(where, done.error());
  return {print(where, said)};
}

outcome list(const context& where, const keys_options& options, bool as_json) {
  const auto file = keys_file(where, options);
  if (!file) return {exit_status::wrong_usage};
  const auto all = link::enrolment::load(*file);
  if (!all) return end_with(where, all.error());
  const screen reader = screen_of(where, options.common);
  table out{{"NAME", "STATE", "SINCE", "REVOKED", "PUBLIC KEY"}};
  json items = json::array();
  for (const auto& [key, known] : all->keys()) {
    out.row({known.name,
             {known.revoked ? "revoked" : "enrolled", known.revoked ? tone::faint : tone::good},
             time_text(known.since, reader),
             time_text(known.revoked, reader),
             key});
    items.push_back({{"name", known.name},
                     {"public_key", key},
                     {"since", to_rfc3339(known.since)},
                     {"revoked", known.revoked ? json(to_rfc3339(*known.revoked)) : json(nullptr)}});
  }
  if (as_json) return print_json(where, {{"file", file->string()}, {"items", items}});
  if (all->keys().empty())
    complain(where, "no key is enrolled in " + file->string() + "; remora keys enroll lets one in");
  return {print(where, out.text(reader))};
}

} // namespace

outcome keys_enroll_command(const context& where, const argument_list& given) {
  keys_options options;
  std::vector<std::string> operands;
  std::optional<std::string> name;
  arguments args{"keys enroll", "[options] PUBLIC_KEY...",
                 "Lets a worker's key in at the hub whose data folder is on this machine; the hub notices by "
                 "itself. PUBLIC_KEY is the file NAME.public that remora keys new wrote, or NAME:KEY, or the "
                 "key with --name beside it. The hub takes the node for that name, whatever the node says. A "
                 "name may have several keys, so that a node can change its key without a gap."};
  args.operands(operands);
  args.group("Options");
  args.text("--name", "NODE", name, "The name of the node.");
  declare(args, options);
  args.section("Examples",
               "  remora keys enroll node-1.public\n"
               "  remora keys enroll --name node-1 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'\n");
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  return enroll(where, options, operands, name);
}

outcome keys_list_command(const context& where, const argument_list& given) {
  keys_options options;
  bool as_json = false;
  arguments args{
      "keys list", "[options]",
      "Lists the keys that the hub whose data folder is on this machine lets in, and those that were "
      "revoked. Keys in hub.link.curve.workers of its configuration are not among them."};
  args.group("Output");
  args.flag("--json", as_json, "Print one JSON document.");
  declare(args, options);
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  return list(where, options, as_json);
}

outcome keys_revoke_command(const context& where, const argument_list& given) {
  keys_options options;
  std::vector<std::string> operands;
  arguments args{
      "keys revoke", "[options] PUBLIC_KEY|NAME...",
      "No longer lets a key in, or all keys of a name. A revoked key is remembered, so that it does "
      "not come back by mistake: its node needs a new one."};
  args.operands(operands);
  declare(args, options);
  args.section("Example", "  remora keys revoke node-1\n");
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  return revoke(where, options, operands);
}

} // namespace remora::cli
