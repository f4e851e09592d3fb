#pragma once

#include <map>
#include <string>

namespace remora::cli {

/// Prepares the process; call first in main(), before any thread exists. Threads get 8 MiB of stack, because
/// scripts recurse on it, and other processes of this user cannot read our memory, which holds the secrets of
/// scripting.env (also: no core dumps).
void prepare_process() noexcept;

/// All variables of the environment.
std::map<std::string, std::string> environment();

/// The name of this machine; "localhost" when it has none.
std::string host_name();

/// Whether somebody sees colours there: it is a terminal that has them, and NO_COLOR is unset or empty.
bool wants_colour(int fd, const std::map<std::string, std::string>& environment);

} // namespace remora::cli
