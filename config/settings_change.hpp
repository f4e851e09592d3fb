#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace remora::config {

using key_list = std::vector<std::string>;

/// By which keys two settings differ, in the order of the documentation.
struct settings_change {
  key_list at_once;    ///< What takes effect when it is loaded.
  key_list at_restart; ///< What a program that runs cannot change.

  bool empty() const noexcept { return at_once.empty() && at_restart.empty(); }

  /// Whether a key, or one below a section such as "scripting", takes effect.
  bool touches(std::string_view key_or_section) const noexcept;
};

/// Compares every key, secrets included, but those of the sections in `without` (such as "worker", for a hub
/// that shares its file with workers).
settings_change compare(const settings& running, const settings& loaded, const key_list& without = {});

/// Copies what takes effect at once, and nothing else.
void take_over(const settings_change& change, const settings& loaded, settings& running);

/// "changed: scripting.env, log.level; takes effect with a restart: hub.data", or "nothing changed". Names of
/// keys, no values.
std::string describe(const settings_change& change);

} // namespace remora::config
