#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "http/base64url.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

// Input: the target of a request line. Whatever it is, it is refused or taken apart into text that is safe to
// hand on, and the router finds nothing outside of what it was given.

namespace {

using namespace remora::http;

void require(bool holds) {
  if (!holds) std::abort();
}

const router& routes() {
  static const router made = [] {
    router out;
    for (const auto* path : {"/scripts/{title}", "/scripts/{title}/status", "/files/{rest*}", "/{a}/{b}/c"}) {
      out.add(blocking_route(method::get, path, access::none, "", [](const request&) { return response{}; }));
    }
    return out;
  }();
  return made;
}

bool is_safe(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return !remora::find_invalid_utf8(text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // libFuzzer's bytes are unsigned, a target's are characters.
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto decoded = decode_base64url(text)) require(encode_base64url(*decoded) == text);
  const auto read = parse_target(text);
  if (!read) return 0;
  require(!read->path.empty() && read->segments.size() <= most_path_segments);
  for (const auto& one : read->segments) {
    require(is_safe(one) && one != "." && one != "..");
  }
  require(read->query.size() <= most_query_values);
  for (const auto& [name, value] : read->query) {
    require(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos);
    require(!remora::find_invalid_utf8(name) && !remora::find_invalid_utf8(value));
  }
  const auto found = routes().find(method::get, read->segments, false);
  for (const auto& [name, value] : found.parameters) {
    require(!value.empty());
    if (name == "rest")
      require(value.front() != '/' && value.find("//") == std::string::npos &&
              value.find('\\') == std::string::npos);
  }
  return 0;
}
