#include "cli/remote/item_text.hpp"

#include <array>
#include <cstdio>

#include "base/utf8.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

using client::json;
using client::member_of;
using client::number_of;
using client::text_of;

constexpr std::size_t longest_text = 120;

std::string shown(const std::string& text) {
  std::string out = harmless(text);
  if (out.size() > longest_text) out = std::string{cut_utf8(out, longest_text)} + "...";
  return out;
}

std::string end_text(const json& end) {
  std::string who = text_of(end, "name");
  if (who.empty()) {
    who = text_of(end, "ip");
    if (who.find(':') != std::string::npos) who = '[' + who + ']';
  }
  return shown(who) + ':' + shown(text_of(end, "port"));
}

/// The first of these members that is a text.
std::string first_text(const json& from, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto text = text_of(from, name); !text.empty()) return text;
  return {};
}

struct summary {
  std::string method;
  std::string what;
  std::string status;
};

std::string status_text(const json& of, const char* name) {
  return member_of(of, name).is_number() ? number_text(number_of(of, name)) : std::string{};
}

/// As `base` has it; else what requests of most protocols have. Source: items, section 10.
summary summarise(const json& item) {
  const json& base = member_of(item, "base");
  if (base.is_object()) {
    summary out{text_of(base, "method"), text_of(base, "summary"), {}};
    if (!text_of(base, "statusQuery").empty()) out.status = status_text(base, "status");
    return out;
  }
  const json& request = member_of(item, "request");
  const json& response = member_of(item, "response");
  summary out;
  out.method = first_text(request, {"method", "command", "opCode", "type", "apiKeyName", "codeName"});
  if (out.method.empty()) out.method = first_text(member_of(item, "data"), {"method", "type", "state"});
  out.what = first_text(request, {"path", "key", "query", "sni"});
  const json& questions = client::list_of(request, "questions");
  if (!questions.empty()) out.what = text_of(questions.front(), "name");
  for (const char* name : {"status", "rcode", "errorCode", "resultCode"})
    if (out.status.empty()) out.status = status_text(response, name);
  return out;
}

} // namespace

std::string item_text(const json& item) {
  const summary about = summarise(item);
  std::string line = shown(text_of(item, "startTime")) + ' ' +
                     shown(text_of(member_of(item, "protocol"), "abbr")) + ' ' +
                     end_text(member_of(item, "src")) + " > " + end_text(member_of(item, "dst"));
  for (const std::string& part : {about.method, about.what, about.status})
    if (!part.empty()) line += ' ' + shown(part);
  if (member_of(item, "request").is_object() && member_of(item, "response").is_object()) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), " %.3g ms", number_of(item, "elapsedTime") / 1000);
    line += text.data();
  }
  const json& trouble = member_of(item, "error");
  if (trouble.is_object())
    line += " (" + shown(text_of(trouble, "type")) + ": " + shown(text_of(trouble, "msg")) + ')';
  return line;
}

} // namespace remora::cli
