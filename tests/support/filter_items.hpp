#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace remora::test {

/// A JSON file of tests/data/filter: an item "I1" to "I5" (HTTP with an error, DNS, Redis, TCP, half a gRPC
/// call), or "conformance".
nlohmann::json filter_data(const std::string& name);

} // namespace remora::test
