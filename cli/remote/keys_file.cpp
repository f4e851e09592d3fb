#include "cli/remote/keys_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/link/secret_key.hpp"
#include "base/file_descriptor.hpp"
#include "base/utf8.hpp"

namespace remora::cli {

void declare(arguments& args, keys_options& options) {
  args.group("Which hub");
  args.text(
      "--data", "DIR", options.data,
      "The hub's data folder, in which workers.keys is. [hub.data of the configuration: /var/lib/remora]");
  declare(args, options.common);
}

std::optional<std::filesystem::path> keys_file(const context& where, const keys_options& options) {
  const auto settings = load_settings(where, options.common);
  if (!settings) return std::nullopt;
  return std::filesystem::path{options.data.value_or(settings->hub.data)} / "workers.keys";
}

namespace {

result<file_descriptor> lock_beside(const std::filesystem::path& file) {
  const std::string path = file.string() + ".lock";
  constexpr mode_t owner_only = 0600;
  file_descriptor lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only)};
  if (!lock || ::flock(lock.number(), LOCK_EX) != 0) {
    const int why = errno;
    return fail(errno_code(why),
                path + ": cannot be opened: " + errno_text(why) + "; is " + file.parent_path().string() +
                    " the hub's data folder (--data, or --config), and may you write there?");
  }
  return lock;
}

/// root leaves a file that only root may read; the hub runs as somebody else.
result<void> give_to_owner_of_folder(const std::filesystem::path& file) {
  struct stat folder {};
  if (::geteuid() != 0 || ::stat(file.parent_path().c_str(), &folder) != 0 || folder.st_uid == 0) return {};
  if (::lchown(file.c_str(), folder.st_uid, folder.st_gid) == 0) return {};
  const int why = errno;
  return fail(errno_code(why),
              file.string() + ": cannot be given to the owner of its folder: " + errno_text(why));
}

result<std::string> read_public_file(const std::string& path) {
  constexpr std::streamsize most = 4096;
  std::ifstream in{path};
  if (!in) {
    const int why = errno;
    return fail(errno_code(why),
                remora::quoted(path) +
                    " is no public key (40 characters), no NAME:KEY, and no file that can be "
                    "read: " +
                    errno_text(why) + "; keys hold $ & * and the like: quote them with '...'");
  }
  std::string text(static_cast<std::size_t>(most), '\0');
  in.read(text.data(), most);
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

/// "NAME KEY", the first line that says something.
result<named_key> parse_public_file(const std::string& path, const std::string& text) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    named_key out;
    std::istringstream{line} >> out.name >> out.public_key;
    if (link::is_peer_name(out.name) && link::is_public_key(out.public_key)) return out;
    break;
  }
  return fail(errc::invalid_usage,
              path + ": expected is one line, NAME PUBLIC_KEY, as remora keys new writes it");
}

} // namespace

result<void> change_keys(const std::filesystem::path& file,
                         const std::function<result<void>(link::enrolment&)>& change) {
  const auto lock = lock_beside(file);
  if (!lock) return tl::unexpected<error>(lock.error());
  auto keys = link::enrolment::load(file);
  if (!keys) return pass_on(std::move(keys));
  if (auto changed = change(*keys); !changed) return changed;
  if (auto saved = keys->save(file); !saved) return saved;
  return give_to_owner_of_folder(file);
}

result<named_key> read_named_key(const std::string& given, const std::optional<std::string>& name) {
  named_key out;
  const auto colon = given.find(':'); // one of the characters of keys, and of no name
  if (link::is_public_key(given)) {
    if (!name)
      return fail(
          errc::invalid_usage,
          "under which name? --name NODE, or NODE:KEY: the hub takes the node for that one, whatever it "
          "says itself");
    out = {*name, given};
  } else if (colon != std::string::npos && link::is_public_key(given.substr(colon + 1))) {
    out = {given.substr(0, colon), given.substr(colon + 1)};
  } else {
    const auto text = read_public_file(given);
    if (!text) return tl::unexpected<error>(text.error());
    auto read = parse_public_file(given, *text);
    if (!read) return read;
    out = *std::move(read);
  }
  if (name) out.name = *name;
  return out;
}

} // namespace remora::cli
