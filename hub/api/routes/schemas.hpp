#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

// JSON Schemas of what the API takes and gives, as /openapi.json has them. The tests compare every answer
// with the schema of its route.
namespace remora::hub::schema {

inline constexpr std::string_view text = R"({"type":"string"})";
inline constexpr std::string_view boolean = R"({"type":"boolean"})";
inline constexpr std::string_view integer = R"({"type":"integer"})";
inline constexpr std::string_view count = R"({"type":"integer","minimum":0})";
inline constexpr std::string_view number = R"({"type":"number"})";
/// Null where the number is none.
inline constexpr std::string_view number_or_null = R"({"type":["number","null"]})";
inline constexpr std::string_view time = R"({"type":"string","format":"date-time"})";
inline constexpr std::string_view time_or_null = R"({"type":["string","null"],"format":"date-time"})";
inline constexpr std::string_view text_or_null = R"({"type":["string","null"]})";
inline constexpr std::string_view hash = R"({"type":"string","pattern":"^[0-9a-f]{64}$"})";
/// At most max_script_file_bytes, without control characters.
inline constexpr std::string_view script_file =
    R"({"type":"string","maxLength":1024,"pattern":"^[^\u0000-\u001f\u007f]*$"})";
inline constexpr std::string_view hash_or_null = R"({"type":["string","null"],"pattern":"^[0-9a-f]{64}$"})";
inline constexpr std::string_view anything = "{}";
inline constexpr std::string_view some_object = R"({"type":"object"})";

/// A member of an object: its name and the schema of its value.
struct member {
  member(std::string_view called, std::string_view looks) : name{called}, shape{looks} {}
  std::string_view name;
  std::string shape;
};

/// An object with exactly these members. One whose name ends with "?" may be missing.
std::string object(std::initializer_list<member> members);
std::string list_of(std::string_view element);
/// {"items":[...],"next":cursor or null}.
std::string page_of(std::string_view element);
/// A text that is one of these words.
std::string one_of(std::initializer_list<std::string_view> words);

// The records, as shapes.hpp writes them.
std::string node();
std::string script(); ///< "code" may be missing: lists leave it out unless asked.
std::string script_list();
std::string script_on_node();
std::string script_status();
std::string status_of_all();
std::string job();
std::string order_outcome();
std::string run();
std::string runs_or_instants();
std::string folded();
std::string line();
std::string silent_node();
std::string items();

} // namespace remora::hub::schema
