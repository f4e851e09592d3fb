#pragma once

#include <optional>
#include <string_view>

#include "base/value.hpp"
#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// What an unquoted YAML text means by the core schema of YAML 1.2.2 (section 10.3.2): null, true, false, a
/// number (decimal, 0x, 0o, exponents, .inf, .nan), else text. `yes`, `no`, `on`, `off` are text.
value resolve_plain(std::string_view text);

/// "true" or "false", as YAML 1.2 spells them.
std::optional<bool> parse_bool(std::string_view text) noexcept;

/// A tree without a schema as a value: quoted is text, unquoted is what resolve_plain() says. A text that
/// came from `${...}` becomes a number or a boolean only when that loses nothing: `25` and `true` do, but
/// `007`, `1e3` and a long id stay text. Errors (in `problems`): .inf and .nan, which no message can carry.
/// Warns about a number that would not read back as it was written, such as `0123`.
value to_value(const node& n, report& problems);

} // namespace remora::config
