#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/response.hpp"

namespace remora::http {

/// An RFC 9457 problem document: {"type":"about:blank","title":...,"status":...,"detail":...,"instance":...}
/// as application/problem+json. `title` is the words of the status.
/// @param detail for people: what failed and what to do. Need not be well-formed UTF-8.
/// @param instance the path of the request, without its query; left out when empty.
response problem(unsigned status, std::string_view detail, std::string_view instance = {});

/// The status that tells of an error: not_found 404; conflict 412 when the request had If-Match, else 409;
/// invalid_usage, invalid_filter, invalid_cron, invalid_job 400; invalid_script 422; too_large 413;
/// store_full 507; permission_denied 403; window_full 503; all others 500.
unsigned status_of(errc code, bool had_if_match) noexcept;

/// The problem document for an error of remora's own. A message that begins with "file:line:column:", or of
/// a filter with "line:column:", gives the members `line` and `column`. Of a 500 only a number of the request
/// is told; the message goes to the log.
response problem_from(const error& failure, const request& to);

} // namespace remora::http
