#include <filesystem>
#include <fstream>

#include "actors/link/enrolment.hpp"
#include "actors/link/secret_key.hpp"
#include "base/utf8.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"

namespace remora::cli {

namespace {

namespace fs = std::filesystem;

std::string advice(const std::string& name, const std::string& key, const fs::path& secret,
                   const fs::path& open) {
  const std::string file = fs::absolute(secret).lexically_normal().string();
  return "public key  " + key + "\nsecret key  " + secret.string() + " (mode 0600; give it to nobody)\n" +
         "\n"
         "For a worker, on its node:\n"
         "  worker:\n"
         "    name: " +
         name +
         "\n"
         "    curve:\n"
         "      secret_key: \"${file:" +
         file +
         "}\"\n"
         "      hub_key: the public key of the hub\n"
         "and on the machine of the hub, with " +
         open.string() +
         " brought there:\n"
         "  remora keys enroll " +
         open.string() +
         "\n"
         "\n"
         "For a hub:\n"
         "  hub: { link: { curve: { secret_key: \"${file:" +
         file +
         "}\" } } }\n"
         "and for each worker:\n"
         "  worker: { curve: { hub_key: \"" +
         key + "\" } }\n";
}

result<void> write_public(const fs::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary | std::ios::trunc};
  out << text;
  out.close();
  if (out) return {};
  const int why = errno;
  return fail(errno_code(why), file.string() + " cannot be written: " + errno_text(why));
}

outcome make(const context& where, const std::string& name, const fs::path& folder, bool as_json) {
  const fs::path secret_file = folder / (name + ".secret");
  const fs::path public_file = folder / (name + ".public");
  auto pair = link::make_key_pair();
  if (!pair) return end_with(where, pair.error());
  if (const auto saved = link::save_secret_key(pair->secret, secret_file); !saved)
    return end_with(where, saved.error());
  if (const auto saved = write_public(public_file, name + ' ' + pair->public_key + '\n'); !saved)
    return end_with(where, saved.error());
  if (as_json)
    return print_json(where, {{"name", name},
                              {"public_key", pair->public_key},
                              {"secret_file", secret_file.string()},
                              {"public_file", public_file.string()}});
  return {print(where, advice(name, pair->public_key, secret_file, public_file))};
}

} // namespace

outcome keys_new_command(const context& where, const argument_list& given) {
  std::vector<std::string> operands;
  std::optional<std::string> folder;
  bool as_json = false;
  common_options common;
  arguments args{
      "keys new", "[options] NAME",
      "Makes the key pair of a worker or of a hub: NAME.secret, which only its owner may read, and "
      "NAME.public, which is no secret. Says what belongs where. A key that exists is never "
      "overwritten. NAME is the name of the node, as the hub will know it."};
  args.operands(operands);
  args.group("Options");
  args.text("--out", "DIR", folder, "Write the two files there. [the working directory]");
  args.flag("--json", as_json, "Print one JSON document instead of the advice.");
  declare(args, common);
  args.section("Example", "  remora keys new node-1\n");
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  const auto name = only_operand(operands, "NAME");
  if (!name) return refuse(where, name.error().message);
  if (!link::is_peer_name(*name))
    return refuse(where,
                  remora::quoted(*name) +
                      " cannot be a node's name: expected are letters, digits, '.', '_' and '-', with a "
                      "letter or digit first");
  return make(where, *name, folder.value_or("."), as_json);
}

} // namespace remora::cli
