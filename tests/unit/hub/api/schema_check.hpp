#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace remora::hub::test {

/// Compares a document with the part of JSON Schema that the API's schemas use. @returns where it differs and
/// how;
/// "" when it does not. A keyword it does not know is a difference, so that no schema goes unchecked.
std::string difference(const nlohmann::json& schema, const nlohmann::json& document,
                       const std::string& at = "$");

} // namespace remora::hub::test
