#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/field.hpp"

namespace remora::config {

/// When a changed value takes effect.
enum class applies : std::uint8_t { on_reload, on_restart };

/// One key of the configuration: all there is to know about it.
struct key {
  std::string name; ///< "hub.http.listen"
  field what;
  applies when;
  std::string meaning; ///< One or two sentences of Markdown, for the documentation.
};

/// Every key, in the order of the documentation. To add one: a member in settings.hpp (its initializer is the
/// default), a line in schema.cpp, and the table in docs/configuration.md that the test prints.
const std::vector<key>& schema();

/// The key of that exact name; null when there is none.
const key* find_key(std::string_view name);

/// True for "hub", "hub.http": names that only group keys. True for the root, "".
bool is_section(std::string_view name);

/// The names directly below a section: "listen", "tls", ... Empty for anything else.
const std::vector<std::string>& names_below(std::string_view section);

/// The message for a key that does not exist, with the nearest that does: "unknown key `scripting.sorce`; did
/// you mean `scripting.source`?"
std::string unknown_key(std::string_view name);

} // namespace remora::config
