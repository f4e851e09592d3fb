#include "http/problem.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "base/utf8.hpp"

namespace remora::http {

namespace {

struct place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Reads a number and the colon behind it.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t out = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failure != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty() || text.front() != ':') return std::nullopt;
  text.remove_prefix(1);
  return out;
}

/// The place at the beginning of "file:line:column: what is wrong". The name of the file may itself hold
/// colons.
std::optional<place> find_place(std::string_view message) {
  for (auto colon = message.find(':'); colon != std::string_view::npos;
       colon = message.find(':', colon + 1)) {
    std::string_view rest = message.substr(colon + 1);
    const auto line = take_number(rest);
    if (!line) continue;
    const auto column = take_number(rest);
    if (column) return place{*line, *column};
  }
  return std::nullopt;
}

nlohmann::ordered_json document(unsigned status, std::string_view detail, std::string_view instance) {
  nlohmann::ordered_json out;
  out["type"] = "about:blank";
  out["title"] = reason(status);
  out["status"] = status;
  out["detail"] = detail;
  if (!instance.empty()) out["instance"] = instance;
  return out;
}

response as_response(unsigned status, const nlohmann::ordered_json& from) {
  // Details may quote what came from outside: what is no UTF-8 in it must not make this throw.
  response out =
      json_response(from.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), status);
  out.content_type = "application/problem+json";
  return out;
}

} // namespace

response problem(unsigned status, std::string_view detail, std::string_view instance) {
  return as_response(status, document(status, detail, instance));
}

unsigned status_of(errc code, bool had_if_match) noexcept {
  switch (code) {
    case errc::invalid_usage:
    case errc::invalid_cron:
    case errc::invalid_filter:
    case errc::invalid_job:
      return 400;
    case errc::permission_denied:
      return 403;
    case errc::not_found:
      return 404;
    case errc::conflict:
      return had_if_match ? 412 : 409;
    case errc::too_large:
      return 413;
    case errc::invalid_script:
      return 422;
    case errc::window_full:
      return 503;
    case errc::store_full:
      return 507;
    default: // the rest is about this process, and not for its clients
      return 500;
  }
}

response problem_from(const error& failure, const request& to) {
  const unsigned status = status_of(failure.code, to.header("If-Match").has_value());
  if (status == 500) {
    log::error("http-handler-failed", "request=", to.id, " path=", to.path, " code=", to_string(failure.code),
               " what=", failure.message);
    return problem(500, "the server failed; its log says why under request " + std::to_string(to.id),
                   to.path);
  }
  auto out = document(status, failure.message, to.path);
  const bool is_filter = failure.code == errc::invalid_filter; // begins with its place, of no file
  if (is_filter || failure.code == errc::invalid_script) {
    if (const auto at = find_place(is_filter ? ':' + failure.message : failure.message)) {
      out["line"] = at->line;
      out["column"] = at->column;
    }
  }
  response answer = as_response(status, out);
  if (status == 503) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

} // namespace remora::http
