#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace remora::config {

/// Where a piece of configuration was written.
struct origin {
  std::shared_ptr<const std::string> source; ///< "hub.yaml", "--set jobs.timezone=CET", "REMORA_HUB__DATA".
  std::uint32_t line = 0;                    ///< From 1; 0 when the source has no lines.
  std::uint32_t column = 0;                  ///< From 1, in bytes.
};

/// "hub.yaml:3:7", or only the source when it has no lines.
std::string to_string(const origin& at);

enum class node_kind : std::uint8_t { null, scalar, list, map };

/// "nothing", "a text", "a list", "a map": for error messages.
std::string_view to_string(node_kind kind) noexcept;

struct entry;

/// A piece of configuration before it is checked. Plain data; at most `yaml_limits::depth` deep.
struct node {
  node_kind kind = node_kind::null;
  bool quoted = false;   ///< A scalar that stays text, whatever it looks like.
  bool expanded = false; ///< Some of the text came from `${...}`: it may be secret.
  origin at;
  std::string text;           ///< Of a scalar.
  std::vector<node> items;    ///< Of a list.
  std::vector<entry> entries; ///< Of a map, in the order written; keys are unique.

  /// The value of a key of a map; null when there is none or this is no map.
  const node* find(std::string_view key) const noexcept;
  node* find(std::string_view key) noexcept;
};

/// One entry of a map.
struct entry {
  std::string key;
  origin key_at;
  node content;
};

/// Lays one tree over another: maps merge, everything else is replaced. A null leaves what is below it,
/// except inside `scripting.env`, where it is a value.
/// @param path The dotted name of `base`; empty for the root.
void merge(node& base, node over, const std::string& path = {});

/// "a.b" of "a" and "b"; "b" when the first is empty.
std::string join_path(std::string_view parent, std::string_view key);

/// A text from anywhere for a message: control characters and what is no UTF-8 made harmless, and cut.
std::string harmless(std::string_view text, std::size_t max_bytes = 80);

/// The same between back-ticks.
std::string in_ticks(std::string_view text, std::size_t max_bytes = 80);

} // namespace remora::config
