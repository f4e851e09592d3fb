#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace remora::traffic {

/// The network interfaces of this machine (of this network namespace), in the order of their numbers.
std::vector<std::string> interface_names();

/// The message for an interface that is not among `existing`: names them, the likeliest meant first.
error unknown_interface_error(std::string_view name, const std::vector<std::string>& existing);

} // namespace remora::traffic
