#include "cli/completion.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace remora::cli {

namespace {

/// "-q,--quiet" taken apart.
std::vector<std::string> names_of(const arguments::option& option) {
  const auto comma = option.names.find(',');
  if (comma == std::string::npos) return {option.names};
  return {option.names.substr(0, comma), option.names.substr(comma + 1)};
}

bool takes_path(const arguments::option& option) {
  constexpr std::array<std::string_view, 3> paths{"FILE", "DIR", "PATH"};
  return std::find(paths.begin(), paths.end(), option.value) != paths.end();
}

/// The words an option may take: "text|json" says them itself. "max|N" has one that is no word.
std::vector<std::string> choices_of(const arguments::option& option) {
  std::vector<std::string> out;
  if (option.value.find('|') == std::string::npos) return out;
  std::size_t at = 0;
  while (at <= option.value.size()) {
    const std::size_t end = std::min(option.value.find('|', at), option.value.size());
    const std::string word = option.value.substr(at, end - at);
    if (!word.empty() && (word[0] < 'A' || word[0] > 'Z')) out.push_back(word);
    at = end + 1;
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, const char* between = " ") {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : between) + word;
  return out;
}

std::string first_word(const std::string& words) { return words.substr(0, words.find(' ')); }
std::string second_word(const std::string& words) {
  const auto blank = words.find(' ');
  return blank == std::string::npos ? "" : words.substr(blank + 1);
}

std::vector<std::string> first_words(const std::vector<completed_command>& commands) {
  std::vector<std::string> out;
  for (const auto& one : commands)
    if (std::find(out.begin(), out.end(), first_word(one.words)) == out.end())
      out.push_back(first_word(one.words));
  return out;
}

std::vector<std::string> second_words(const std::vector<completed_command>& commands,
                                      const std::string& first) {
  std::vector<std::string> out;
  for (const auto& one : commands)
    if (first_word(one.words) == first && !second_word(one.words).empty())
      out.push_back(second_word(one.words));
  return out;
}

/// A text between single quotes, for a shell.
std::string in_quotes(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return out + "'";
}

/// The first sentence of a help text: what fits into a list.
std::string brief(const std::string& help) {
  const auto end =
      std::min({help.find(". "), help.find(" ["), help.find(": "), help.find('\n'), help.size()});
  std::string out = help.substr(0, end);
  if (!out.empty() && out.back() == '.') out.pop_back();
  return out;
}

std::string bash_case(const completed_command& command) {
  std::string words;
  std::string values;
  for (const auto& option : command.options) {
    const auto names = names_of(option);
    for (const std::string& name : names)
      words += (words.empty() ? "" : " ") + name;
    if (option.value.empty()) continue;
    const auto choices = choices_of(option);
    const std::string reply = takes_path(option) ? "COMPREPLY=($(compgen -f -- \"$word\"))"
                              : !choices.empty()
                                  ? "COMPREPLY=($(compgen -W '" + joined(choices) + "' -- \"$word\"))"
                                  : "COMPREPLY=()";
    values += "        " + joined(names, "|") + ") " + reply + "; return ;;\n";
  }
  std::string out = "    " + in_quotes(command.words) + ")\n";
  if (!values.empty()) out += "      case \"$before\" in\n" + values + "      esac\n";
  return out + "      options='" + words + "'\n      files=" + (command.takes_files ? "yes" : "") +
         "\n      ;;\n";
}

} // namespace

std::string bash_completion(const std::vector<completed_command>& commands) {
  std::string out =
      "# bash completion for remora; load it with: source <(remora completion bash)\n"
      "_remora() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command=${COMP_WORDS[1]} options='' files='' second=''\n"
      "  compopt -o filenames 2>/dev/null\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      joined(first_words(commands)) +
      " --help --version' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case \"$command\" in\n";
  for (const std::string& first : first_words(commands)) {
    const auto second = second_words(commands, first);
    if (second.empty()) continue;
    out += "    " + first + ")\n      if [ \"$COMP_CWORD\" -eq 2 ]; then\n        COMPREPLY=($(compgen -W '" +
           joined(second) +
           "' -- \"$word\"))\n        return\n      fi\n      second=\" ${COMP_WORDS[2]}\"\n      ;;\n";
  }
  out += "  esac\n  case \"$command$second\" in\n";
  for (const auto& command : commands)
    out += bash_case(command);
  return out +
         "  esac\n"
         "  case \"$word\" in\n"
         "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) if [ -n \"$files\" ]; then COMPREPLY=($(compgen -f -- \"$word\")); fi ;;\n"
         "  esac\n"
         "}\n"
         "complete -F _remora remora\n";
}

namespace {

std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_option(const arguments::option& option) {
  std::string out;
  for (const std::string& name : names_of(option)) {
    std::string spec = "*" + name + '[' + zsh_escaped(brief(option.help)) + ']';
    const auto choices = choices_of(option);
    if (takes_path(option)) {
      spec += ':' + zsh_escaped(option.value) + ":_files";
    } else if (!choices.empty()) {
      spec += ": :(" + joined(choices) + ')';
    } else if (!option.value.empty()) {
      spec += ':' + zsh_escaped(option.value) + ": ";
    }
    out += " \\\n        " + in_quotes(spec);
  }
  return out;
}

} // namespace

std::string zsh_completion(const std::vector<completed_command>& commands) {
  std::string out =
      "#compdef remora\n"
      "# zsh completion for remora; load it with: source <(remora completion zsh)\n"
      "_remora() {\n"
      "  local command=$words[2] second=''\n"
      "  if (( CURRENT == 2 )); then\n"
      "    compadd -- " +
      joined(first_words(commands)) +
      " --help --version\n"
      "    return\n"
      "  fi\n"
      "  case $command in\n";
  for (const std::string& first : first_words(commands)) {
    const auto second = second_words(commands, first);
    if (second.empty()) continue;
    out += "    " + first + ")\n      if (( CURRENT == 3 )); then\n        local -a below=(";
    for (const auto& one : commands)
      if (first_word(one.words) == first && !second_word(one.words).empty())
        out += "\n          " + in_quotes(zsh_escaped(second_word(one.words)) + ':' + one.summary);
    out +=
        ")\n        _describe command below\n        return\n      fi\n"
        "      second=\" $words[3]\"\n      shift words; (( CURRENT-- ))\n      ;;\n";
  }
  out += "  esac\n  shift words; (( CURRENT-- ))\n  case \"$command$second\" in\n";
  for (const auto& command : commands) {
    out += "    " + in_quotes(command.words) + ")\n      _arguments";
    for (const auto& option : command.options)
      out += zsh_option(option);
    out +=
        command.takes_files ? " \\\n        '*:path:_files'\n      ;;\n" : " \\\n        '*: : '\n      ;;\n";
  }
  return out + "  esac\n}\ncompdef _remora remora\n";
}

std::string fish_completion(const std::vector<completed_command>& commands) {
  std::string out =
      "# fish completion for remora; load it with: remora completion fish | source\n"
      "complete -c remora -f\n";
  const auto none = "__fish_use_subcommand";
  for (const std::string& first : first_words(commands)) {
    out += std::string{"complete -c remora -n "} + none + " -a " + first;
    for (const auto& one : commands)
      if (one.words == first) out += " -d " + in_quotes(one.summary);
    out += '\n';
  }
  for (const auto& one : commands) {
    const std::string first = first_word(one.words);
    const std::string second = second_word(one.words);
    std::string seen = "__fish_seen_subcommand_from " + first;
    if (!second.empty()) {
      const std::string all = joined(second_words(commands, first));
      out += "complete -c remora -n " + in_quotes(seen + "; and not __fish_seen_subcommand_from " + all) +
             " -a " + second + " -d " + in_quotes(one.summary) + '\n';
      seen += "; and __fish_seen_subcommand_from " + second;
    }
    if (one.takes_files) out += "complete -c remora -n " + in_quotes(seen) + " -F\n";
    for (const auto& option : one.options) {
      std::string line = "complete -c remora -n " + in_quotes(seen);
      for (const std::string& name : names_of(option))
        line += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
      const auto choices = choices_of(option);
      if (takes_path(option)) {
        line += " -r -F";
      } else if (!choices.empty()) {
        line += " -x -a " + in_quotes(joined(choices));
      } else if (!option.value.empty()) {
        line += " -x";
      }
      out += line + " -d " + in_quotes(brief(option.help)) + '\n';
    }
  }
  return out;
}

} // namespace remora::cli
