#include <algorithm>
#include <array>
#include <string_view>

#include "base/nearest_names.hpp"
#include "base/utf8.hpp"
#include "cli/arguments.hpp"
#include "cli/command_table.hpp"
#include "cli/common_options.hpp"
#include "cli/remote/commands.hpp"

namespace remora::cli {

namespace {

std::string overview() {
  std::string out =
      "remora turns network packets into calls of your JavaScript.\n"
      "\n"
      "Usage: remora COMMAND [options] ...\n";
  for (const command_group& group : command_groups()) {
    out += '\n' + std::string{group.heading} + ":\n";
    for (const command& c : group.commands) {
      std::string words{c.words};
      words.resize(20, ' ');
      out += "  " + words + std::string{c.summary} + '\n';
    }
  }
  return out +
         "\n"
         "Options:\n"
         "  -h, --help          Show this help; after a command, the help of the command.\n"
         "      --version       Show the version.\n"
         "\n"
         "Examples:\n"
         "  remora run counter.js -i eth0            count what passes, live\n"
         "  remora run counter.js -r traffic.pcap    the same over a capture file\n"
         "  remora scripts check scripts/            before you deploy them\n"
         "  remora scripts watch scripts/            deploy them, and again when they change\n"
         "  remora console -f                        see what they print on every node\n"
         "\n"
         "Exit status: 0 done, 1 failed while running, 2 wrong usage or configuration\n"
         "(nothing was started), 3 the hub cannot be reached, 4 the hub refused,\n"
         "130 interrupted.\n";
}

/// The first words of the commands ("scripts"), or, behind one of them, the second ("check").
std::vector<std::string_view> known_words(std::string_view first = {}) {
  std::vector<std::string_view> words;
  for (const command& c : all_commands()) {
    const auto blank = c.words.find(' ');
    if (first.empty()) {
      const auto word = c.words.substr(0, blank);
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    } else if (blank != std::string_view::npos && c.words.substr(0, blank) == first) {
      words.push_back(c.words.substr(blank + 1));
    }
  }
  return words;
}

outcome no_such_command(const context& where, const std::string& wanted,
                        const std::vector<std::string_view>& known, const std::string& before) {
  const auto nearest = nearest_names(wanted, known, 1);
  std::string message = "unknown command " + remora::quoted(before + wanted);
  if (nearest.empty()) {
    message += "; there are";
    for (std::size_t i = 0; i < known.size(); ++i)
      message += (i == 0 ? " remora " : ", remora ") + before + std::string{known[i]};
  } else {
    message += "; did you mean remora " + before + std::string{nearest.front()} + "?";
  }
  return refuse(where, message + " (remora --help says more)");
}

outcome option_without_command(const context& where, const std::string& option) {
  const auto nearest = nearest_names(option, {"--help", "--version"}, 1);
  return refuse(where, nearest.empty()
                           ? option +
                                 ": a command is missing in front of it, for example remora run (remora "
                                 "--help says more)"
                           : "unknown option " + remora::quoted(option) + "; did you mean " +
                                 std::string{nearest.front()} + "?");
}

/// How many of the arguments are common options in front of the command: `remora --log-level debug run ...`.
/// @returns 0 when they are wrong as well: the command complains about them then.
std::size_t leading_options(const argument_list& given) {
  std::size_t count = 0;
  while (count < given.size() && given[count].size() > 1 && given[count].front() == '-') {
    constexpr std::array<std::string_view, 7> with_value{
        "--config", "--set", "--log-level", "--log-format", "--hub", "--token-file", "--authorities"};
    const bool takes_next = std::find(with_value.begin(), with_value.end(), given[count]) != with_value.end();
    count += takes_next ? 2 : 1;
  }
  return std::min(count, given.size());
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

outcome wrong_start(const context& where, const argument_list& given, std::size_t at) {
  if (at > 0 && at == given.size()) return option_without_command(where, given.front());
  if (given.empty()) {
    context on_err = where;
    on_err.out = where.err;
    print(on_err, overview());
    return {exit_status::wrong_usage};
  }
  const auto second = known_words(given[at]);
  // `remora scripts --set scripting.source=DIR`, as users of other systems know it
  if (given[at] == "scripts" && (at + 1 == given.size() || given[at + 1].substr(0, 1) == "-")) {
    argument_list rest = given;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
    return scripts_watch_command(where, rest);
  }
  if (second.empty()) return no_such_command(where, given[at], known_words(), "");
  if (at + 1 < given.size()) return no_such_command(where, given[at + 1], second, given[at] + ' ');
  std::string words;
  for (const std::string_view word : second)
    words += (words.empty() ? "" : ", ") + std::string{word};
  return refuse(where, "remora " + given[at] + " needs a second word: " + words);
}

} // namespace

outcome run_program(const context& where, const argument_list& arguments) {
  argument_list given = arguments;
  if (!given.empty() && (given[0] == "--version" || given[0] == "version"))
    return {print(where, "remora " REMORA_VERSION "\n")};
  if (!given.empty() && is_help(given[0])) {
    if (given.size() == 1) return {print(where, overview())};
    given.erase(given.begin()); // remora help run
    given.emplace_back("--help");
  }
  const std::size_t start = leading_options(given);
  for (const command& c : all_commands()) {
    const auto blank = c.words.find(' ');
    const std::size_t words = blank == std::string_view::npos ? 1 : 2;
    if (start + words > given.size() || given[start] != c.words.substr(0, blank)) continue;
    if (words == 2 && given[start + 1] != c.words.substr(blank + 1)) continue;
    const auto name = given.begin() + static_cast<std::ptrdiff_t>(start);
    given.erase(name, name + static_cast<std::ptrdiff_t>(words));
    return c.run(where, given);
  }
  // `remora scripts --help`: there is nothing about the group alone
  if (std::any_of(given.begin(), given.end(), [](const std::string& w) { return is_help(w); }))
    return {print(where, overview())};
  return wrong_start(where, given, start);
}

} // namespace remora::cli
