#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/request.hpp"

namespace remora::hub {

/// What a request says of a script in its body.
struct script_body {
  std::string code;
  std::optional<bool> active;
  std::optional<std::string> title;
  std::string file; ///< Where it came from: a label, never opened here. "" when there is none.
};

/// Reads a body of JSON: "code", and of "active", "file" and "title" those that are `allowed` beside it.
/// Errors: invalid_usage: no object, "code" is missing, a member is of the wrong kind or unknown, a file that
/// none can be.
result<script_body> read_script_body(const http::request& asked,
                                     std::initializer_list<std::string_view> allowed);

} // namespace remora::hub
