#include "http/json_body.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace remora::http {

namespace {

using json = nlohmann::json;
constexpr std::size_t deepest = 64;

/// Ends parsing; never leaves this file.
struct refused {
  std::string why;
};

/// Checks what the parser itself lets pass: depth, and a member that comes twice, of which some programs take
/// the first and some the last.
class strictness {
 public:
  void look_at(json::parse_event_t event, const json& value) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        members_.emplace_back();
        if (members_.size() > deepest) throw refused{"the body is nested deeper than 64"};
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        members_.pop_back();
        break;
      case json::parse_event_t::key: {
        const auto& name = value.get_ref<const std::string&>();
        if (!members_.back().insert(name).second)
          throw refused{"the member " + remora::quoted(name) + " comes twice in one object of the body"};
        break;
      }
      case json::parse_event_t::value:
        break;
    }
  }

 private:
  std::vector<std::set<std::string>> members_;
};

} // namespace

result<json> read_json(const request& asked) {
  strictness strict;
  try {
    return json::parse(asked.body, [&strict](int /*depth*/, json::parse_event_t event, json& value) {
      strict.look_at(event, value);
      return true;
    });
  } catch (const refused& strictly) {
    return fail(errc::invalid_usage, strictly.why);
  } catch (const json::parse_error& wrong) {
    return fail(errc::invalid_usage,
                "the body is no JSON: it goes wrong at byte " + std::to_string(wrong.byte));
  } catch (const json::exception&) { // a number that no double holds
    return fail(errc::invalid_usage, "the body is no JSON that can be kept: a number is out of range");
  }
}

} // namespace remora::http
