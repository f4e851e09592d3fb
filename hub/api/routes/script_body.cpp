#include "hub/api/routes/script_body.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/nearest_names.hpp"
#include "base/utf8.hpp"
#include "http/json_body.hpp"
#include "protocol/script_source.hpp"

namespace remora::hub {

namespace {

tl::unexpected<error> wrong_kind(std::string_view name, std::string_view must_be) {
  return fail(errc::invalid_usage,
              "the member \"" + std::string{name} + "\" of the body must be " + std::string{must_be});
}

tl::unexpected<error> unknown_member(const std::string& name, const std::vector<std::string_view>& known) {
  return fail(errc::invalid_usage, "the body has a member " + remora::quoted(name) +
                                       " that means nothing here" + did_you_mean(name, known));
}

} // namespace

result<script_body> read_script_body(const http::request& asked,
                                     std::initializer_list<std::string_view> allowed) {
  const auto read = http::read_json(asked);
  if (!read) return tl::unexpected<error>(read.error());
  if (!read->is_object()) return fail(errc::invalid_usage, R"(the body must be an object: {"code": "..."})");
  std::vector<std::string_view> known{"code"};
  known.insert(known.end(), allowed);
  script_body body;
  for (const auto& [name, content] : read->items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return unknown_member(name, known);
    if (name == "active") {
      if (!content.is_boolean()) return wrong_kind(name, "true or false");
      body.active = content.get<bool>();
    } else {
      if (!content.is_string()) return wrong_kind(name, "a text");
      auto& to = name == "code" ? body.code : name == "file" ? body.file : body.title.emplace();
      to = content.get<std::string>();
    }
  }
  if (auto sound = check_script_file(body.file); !sound) return pass_on(std::move(sound));
  if (!read->contains("code")) {
    return fail(errc::invalid_usage, "the body has no member \"code\": the script as text");
  }
  return body;
}

} // namespace remora::hub
