#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/time.hpp"

namespace remora::client {

/// What a hub says, members in the order it said them.
using json = nlohmann::ordered_json;

/// Reads a document; nothing when it is none, or nested deeper than 100.
std::optional<json> parse_json(std::string_view text);

/// On one line; what is no UTF-8 becomes U+FFFD.
std::string to_text(const json& document);

// Members of what a hub said. One that is missing or of another kind counts as empty: a hub may be a version
// older or newer than this program.

std::string text_of(const json& from, std::string_view member);
double number_of(const json& from, std::string_view member);
bool flag_of(const json& from, std::string_view member);
/// An empty list when there is none.
const json& list_of(const json& from, std::string_view member);
/// null when there is none.
const json& member_of(const json& from, std::string_view member);
std::optional<timestamp> time_of(const json& from, std::string_view member);

} // namespace remora::client
