#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/response.hpp"

namespace remora::http {

/// How an answer is framed.
struct framing {
  bool http_10 = false; ///< The client speaks HTTP/1.0: no chunks.
  bool keep_alive = true;
};

/// True when an answer of this status never has a body. RFC 9110 6.4.1.
bool has_no_body(unsigned status) noexcept;

/// The status line and the headers, with the empty line, of an answer: RFC 9112 3.2, 5. Adds length or
/// coding, date, and headers that keep browsers from guessing, framing and storing; the response's own win
/// over those. A header of the response that holds a line break or is no token is left out and logged: it may
/// come from outside.
std::string write_head(const response& answer, const framing& as, std::time_t now);

/// A piece of a body as a chunk of its own; of an empty piece, the last chunk. RFC 9112 7.1.
std::string chunk(std::string_view piece);

} // namespace remora::http
