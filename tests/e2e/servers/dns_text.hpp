#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace remora::test {

/// An answer as lines that dig and an item have in common: number and code, then each record with what an
/// item keeps of its data. OPT is left out, which dig shows in a form of its own.
std::vector<std::string> answer_printed(const std::string& by_dig);
std::vector<std::string> answer_in(const nlohmann::json& item);

/// "NAME TYPE" of the question in an item; a failure unless it is a DNS query with its answer and no error.
std::string question_in(const nlohmann::json& item);

/// "65280" for each way in which a type without a name is written: TYPE65280, type=65280, QUERY-65280.
std::string plain_type(const std::string& type);

/// "NOERROR"
std::string code_name(int code);

} // namespace remora::test
