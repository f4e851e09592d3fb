#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/client/hub_client.hpp"
#include "cli/commands.hpp"
#include "cli/common_options.hpp"
#include "cli/context.hpp"
#include "cli/remote/screen.hpp"

namespace remora::cli {

/// What every command takes that talks to a hub.
struct hub_options {
  std::optional<std::string> hub;
  std::optional<std::string> token_file;
  std::optional<std::string> authorities;
  common_options common;
};

/// Declares them, and the common options behind them.
void declare(arguments& args, hub_options& options);

/// The hub that the options and the environment name. Says so when its token is not kept safe: a file that
/// others may read, or a way through the network without TLS.
/// Errors: invalid_usage, not_found, permission_denied, io_failed.
result<client::hub_client> hub_of(const context& where, const hub_options& options,
                                  const std::atomic<bool>* stop = nullptr);

/// Complains about what came of a call.
/// @returns unreachable, refused, failed; or interrupted, without a word, after a stop.
outcome end_with(const context& where, const error& why);

/// What a command that asks a hub is made of. Reads the arguments, sets up the log, and calls `body` with the
/// hub. @param options Declared in `args`.
outcome with_hub(const context& where, arguments& args, const argument_list& given,
                 const hub_options& options, const std::function<outcome(const client::hub_client&)>& body);

/// The title that a text names: a title, or the index of a script. Errors: of hub_client::ask(); not_found.
result<std::string> title_of(const client::hub_client& hub, const std::string& text);

/// Exactly one operand, named `what` in the complaint. Errors: invalid_usage.
result<std::string> only_operand(const std::vector<std::string>& operands, const std::string& what);

/// A point in time for the API: RFC 3339, or a duration such as 5m, which means "ago". Nothing stays nothing.
/// Errors: invalid_usage, naming the option.
result<std::string> time_option(const std::optional<std::string>& given, const std::string& option);

/// A number from 1 to 1000000. Errors: invalid_usage.
result<std::size_t> count_option(const std::optional<std::string>& given, const std::string& option,
                                 std::size_t otherwise);

/// One of these words. Errors: invalid_usage, which lists them.
result<std::string> choice_option(const std::optional<std::string>& given, const std::string& option,
                                  const std::vector<std::string>& words, const std::string& otherwise);

/// A document on one line.
outcome print_json(const context& where, const client::json& document);

} // namespace remora::cli
