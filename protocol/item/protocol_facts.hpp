#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/item/shape.hpp"

namespace remora {

struct item;

/// What lists show of an item, and the filters that select others like it. Source: items, section 10.
struct item_summary {
  std::string method;
  std::string method_query;
  std::string summary;
  std::string summary_query;
  std::int64_t status = 0;
  std::string status_query;
};

/// A protocol, as items show it in `protocol`. A constant; its address stands for the protocol. Source:
/// items, section 6.
struct protocol_facts {
  std::string_view name;
  std::string_view version;
  std::string_view abbreviation;
  std::string_view long_name;
  std::string_view macro; ///< The filter flag that selects it.
  std::string_view background_colour;
  int font_size = 12;
  std::string_view reference_link;
  std::string_view ports; ///< Decimal, separated by spaces: "80 443". Hints, not conditions.
  std::string_view layer4;
  int priority = 0;            ///< Lower is tried first.
  std::string_view key_suffix; ///< What ends the matcher key: "_HTTP1". Empty for most.
  bool has_matcher_key = true; ///< False: its items are not paired.
  item_summary (*summarise)(const item&) = nullptr;
};

/// The members of `protocol`.
extern const shape protocol_shape;

} // namespace remora
