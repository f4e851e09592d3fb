#include "script/helpers/json_to_yaml.hpp"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

namespace remora::script {

namespace {

using json = nlohmann::ordered_json;

constexpr int max_depth = 100;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Text that a YAML reader would take for something other than text: null, booleans (those of YAML 1.1 too),
/// numbers, dates.
bool looks_like_another_type(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (is_one_of(lower, {"null", "~", "true", "false", "yes", "no", "on", "off", ".nan", ".inf"})) return true;
  const auto first = static_cast<unsigned char>(text.front());
  return std::isdigit(first) != 0 || first == '+' || first == '-' || first == '.';
}

/// Plain style is for text that starts with a letter, a slash or an underscore and holds nothing that could
/// end it.
bool can_be_plain(const std::string& text) {
  if (text.empty() || text.back() == ' ' || text.back() == ':' || looks_like_another_type(text)) return false;
  const auto first = static_cast<unsigned char>(text.front());
  if (std::isalpha(first) == 0 && first != '_' && first != '/' && first < 0x80) return false;
  if (text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

std::string quoted(const std::string& text) {
  // A JSON string is a YAML double-quoted scalar.
  return can_be_plain(text) ? text : json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void emit(std::string& out, const json& value, std::size_t indent, int depth, bool& too_deep);

void emit_member(std::string& out, const json& value, std::size_t indent, int depth, bool& too_deep) {
  if (value.is_structured() && !value.empty()) {
    out += '\n';
    emit(out, value, indent, depth, too_deep);
  } else {
    out += ' ';
    emit(out, value, indent, depth, too_deep);
  }
}

void emit_object(std::string& out, const json& value, std::size_t indent, int depth, bool& too_deep) {
  for (const auto& [key, member] : value.items()) {
    out.append(indent, ' ');
    out += quoted(key) + ':';
    emit_member(out, member, indent + 2, depth + 1, too_deep);
  }
}

void emit_array(std::string& out, const json& value, std::size_t indent, int depth, bool& too_deep) {
  for (const json& element : value) {
    out.append(indent, ' ');
    out += '-';
    if (element.is_structured() && !element.empty()) {
      // The first line of a nested block stands beside the dash.
      const std::size_t start = out.size();
      emit(out, element, indent + 2, depth + 1, too_deep);
      out.replace(start, indent + 2, " ");
    } else {
      out += ' ';
      emit(out, element, indent + 2, depth + 1, too_deep);
    }
  }
}

void emit(std::string& out, const json& value, std::size_t indent, int depth, bool& too_deep) {
  if (depth > max_depth) {
    too_deep = true;
  } else if (value.is_object() && !value.empty()) {
    emit_object(out, value, indent, depth, too_deep);
  } else if (value.is_array() && !value.empty()) {
    emit_array(out, value, indent, depth, too_deep);
  } else if (value.is_string()) {
    out += quoted(value.get_ref<const std::string&>()) + '\n';
  } else {
    out += value.dump() + '\n';
  }
}

} // namespace

result<std::string> json_to_yaml(std::string_view text) {
  json value;
  try {
    value = json::parse(text);
  } catch (const json::parse_error& e) {
    return fail(errc::invalid_usage, "not JSON, at byte " + std::to_string(e.byte));
  }
  std::string out;
  bool too_deep = false;
  emit(out, value, 0, 0, too_deep);
  if (too_deep)
    return fail(errc::invalid_usage, "nested deeper than " + std::to_string(max_depth) + " levels");
  return out;
}

} // namespace remora::script
