#include "cli/remote/hub_options.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "base/units.hpp"
#include "base/utf8.hpp"

namespace remora::cli {

namespace {

constexpr std::size_t longest_token = 4096;

std::string variable(const context& where, const char* name) {
  const auto found = where.environment.find(name);
  return found == where.environment.end() ? std::string{} : found->second;
}

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A token is sent in a header: anything but visible ASCII has no place in it.
result<std::string> checked(std::string token, const std::string& source) {
  const bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (token.empty()) return fail(errc::invalid_usage, source + " holds no token");
  if (!visible || token.size() > longest_token)
    return fail(errc::invalid_usage, source +
                                         " holds more than a token: expected are letters, digits and "
                                         "-._~+/= on one line");
  return token;
}

result<std::string> read_token_file(const context& where, const std::string& path) {
  struct stat found {};
  std::ifstream in{path, std::ios::binary};
  if (!in || ::stat(path.c_str(), &found) != 0) {
    const int why = errno;
    return fail(errno_code(why), "--token-file " + path + " cannot be read: " + errno_text(why));
  }
  if (S_ISREG(found.st_mode) && (found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    complain(where, "warning: others may read the token in " + path + "; chmod 600 " + path + " ends that");
  std::string text(longest_token + 2, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return checked(trimmed(text), "--token-file " + path);
}

result<std::string> find_token(const context& where, const hub_options& options) {
  if (options.token_file) return read_token_file(where, *options.token_file);
  const std::string token = trimmed(variable(where, "REMORA_TOKEN"));
  return token.empty() ? result<std::string>{token} : checked(token, "REMORA_TOKEN");
}

} // namespace

void declare(arguments& args, hub_options& options) {
  args.group("Which hub");
  args.text("--hub", "URL", options.hub, "The hub's HTTP address. [$REMORA_HUB, else http://127.0.0.1:8899]");
  args.text("--token-file", "FILE", options.token_file,
            "Read the token from this file instead of $REMORA_TOKEN. A command line would show it to whoever "
            "may list processes.");
  args.text("--authorities", "FILE", options.authorities,
            "Whom to believe when they vouch for the hub's certificate, as PEM. [those of the system]");
  declare(args, options.common);
}

result<client::hub_client> hub_of(const context& where, const hub_options& options,
                                  const std::atomic<bool>* stop) {
  const std::string named = variable(where, "REMORA_HUB");
  const std::string otherwise = named.empty() ? "http://127.0.0.1:8899" : named;
  auto address = client::parse_hub_address(options.hub.value_or(otherwise));
  if (!address) return pass_on(std::move(address));
  auto token = find_token(where, options);
  if (!token) return pass_on(std::move(token));
  if (!token->empty() && !address->tls && !address->is_loopback())
    complain(where, "warning: the token goes to " + address->text() +
                        " readable by everybody on the way; https:// protects it");
  client::reach how;
  how.hub = *std::move(address);
  how.authorities = options.authorities.value_or("");
  how.stop = stop;
  return client::hub_client{std::move(how), *std::move(token)};
}

outcome end_with(const context& where, const error& why) {
  if (where.stop != nullptr && *where.stop) return {exit_status::interrupted};
  complain(where, why.message);
  switch (why.code) {
    case errc::unreachable:
      return {exit_status::unreachable};
    case errc::refused:
      return {exit_status::refused};
    default:
      return {exit_status::failed};
  }
}

outcome with_hub(const context& where, arguments& args, const argument_list& given,
                 const hub_options& options, const std::function<outcome(const client::hub_client&)>& body) {
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (const auto log = set_up_log({}, options.common); !log) return refuse(where, log.error().message);
  const auto hub = hub_of(where, options, where.stop);
  if (!hub) return refuse(where, hub.error().message);
  return body(*hub);
}

result<std::string> title_of(const client::hub_client& hub, const std::string& text) {
  constexpr std::size_t most_digits = 9;
  if (text.empty() || text.size() > most_digits || text.find_first_not_of("0123456789") != std::string::npos)
    return text;
  const auto all = hub.ask_all({"GET", "/scripts", {}, {}, {}, false});
  if (!all) return tl::unexpected<error>(all.error());
  std::string by_index;
  for (const client::json& script : client::list_of(*all, "items")) {
    const std::string title = client::text_of(script, "title");
    if (title == text) return text;
    if (client::number_of(script, "index") == std::stod(text)) by_index = title;
  }
  if (by_index.empty())
    return fail(errc::not_found,
                "no script has the title or the index " + text + "; remora scripts list shows what there is");
  return by_index;
}

result<std::string> only_operand(const std::vector<std::string>& operands, const std::string& what) {
  if (operands.empty()) return fail(errc::invalid_usage, what + " is missing");
  if (operands.size() > 1)
    return fail(errc::invalid_usage, "one " + what + " at a time: " + remora::quoted(operands[1]) +
                                         " is one too many; one with blanks takes quotes");
  return operands.front();
}

result<std::string> time_option(const std::optional<std::string>& given, const std::string& option) {
  if (!given) return std::string{};
  const auto duration = parse_duration(*given);
  if (parse_rfc3339(*given) || (duration && duration->count() >= 0)) return *given;
  return fail(errc::invalid_usage, option + ' ' + remora::quoted(*given) +
                                       ": expected is how long ago (90s, 5m, 2h, 7d) or a time such as "
                                       "2026-01-31T12:00:00Z");
}

result<std::size_t> count_option(const std::optional<std::string>& given, const std::string& option,
                                 std::size_t otherwise) {
  if (!given) return otherwise;
  std::size_t count = 0;
  const auto [end, failure] = std::from_chars(given->data(), given->data() + given->size(), count);
  if (failure == std::errc{} && end == given->data() + given->size() && count > 0 && count <= 1'000'000)
    return count;
  return fail(errc::invalid_usage,
              option + ' ' + remora::quoted(*given) + ": expected is a number from 1 to 1000000");
}

result<std::string> choice_option(const std::optional<std::string>& given, const std::string& option,
                                  const std::vector<std::string>& words, const std::string& otherwise) {
  if (!given) return otherwise;
  if (std::find(words.begin(), words.end(), *given) != words.end()) return *given;
  std::string all;
  for (const std::string& word : words)
    all += (all.empty() ? "" : ", ") + word;
  return fail(errc::invalid_usage, option + ' ' + remora::quoted(*given) + ": expected is one of " + all);
}

outcome print_json(const context& where, const client::json& document) {
  return {print(where, client::to_text(document) + '\n')};
}

} // namespace remora::cli
