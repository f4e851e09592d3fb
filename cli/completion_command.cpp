#include "cli/command_table.hpp"
#include "cli/common_options.hpp"
#include "cli/completion.hpp"
#include "cli/remote/commands.hpp"

namespace remora::cli {

namespace {

/// Every command, asked for what it takes.
std::vector<completed_command> describe_all(const context& where) {
  std::vector<completed_command> out;
  for (const command& one : all_commands()) {
    context asking = where;
    asking.describe = [&](const arguments& args) {
      const std::string& usage = args.usage();
      const bool files = usage.find("PATH") != std::string::npos || usage.find("FILE") != std::string::npos ||
                         usage.find("PUBLIC_KEY") != std::string::npos;
      out.push_back({std::string{one.words}, std::string{one.summary}, args.options(), files});
    };
    one.run(asking, {});
  }
  return out;
}

} // namespace

outcome completion_command(const context& where, const argument_list& given) {
  std::vector<std::string> operands;
  common_options common;
  arguments args{
      "completion", "bash|zsh|fish",
      "Prints a script that lets the shell complete the commands and options of remora. Loaded when "
      "a shell starts, it stays right when remora is replaced by a newer one."};
  args.operands(operands);
  declare(args, common);
  args.section("Examples",
               "  source <(remora completion bash)      in ~/.bashrc\n"
               "  source <(remora completion zsh)       in ~/.zshrc\n"
               "  remora completion fish | source       in ~/.config/fish/config.fish\n");
  if (const auto ended = read_arguments(where, args, given)) return *ended;
  if (operands.size() != 1) return refuse(where, "which shell? bash, zsh or fish");
  const std::string& shell = operands.front();
  if (shell == "bash") return {print(where, bash_completion(describe_all(where)))};
  if (shell == "zsh") return {print(where, zsh_completion(describe_all(where)))};
  if (shell == "fish") return {print(where, fish_completion(describe_all(where)))};
  return refuse(where, "no completion for this shell; there are bash, zsh and fish");
}

} // namespace remora::cli
