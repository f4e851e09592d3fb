#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/request.hpp"

namespace remora::http {

/// A body that is made while it is sent (a capture, a long table), so that it never lies in memory as a
/// whole.
class body_source {
 public:
  body_source() = default;
  body_source(const body_source&) = delete;
  body_source& operator=(const body_source&) = delete;
  virtual ~body_source() = default;

  /// The next piece, best between 16 KiB and 256 KiB; an empty one is the end. Called on a thread of the
  /// pool, never twice at once, and only when the client has taken the piece before: it may block. After an
  /// error the connection is cut, so that the client sees that something is missing.
  virtual result<std::string> next() = 0;
};

/// What a handler answers.
struct response {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json"; ///< Not sent when there is no body.
  fields headers;                      ///< Besides those that the server sets; these win over the server's.
  std::shared_ptr<body_source> stream; ///< When set, the body is what it yields, and `body` is not looked at.
};

/// A document of this type, with status 200 unless said otherwise.
response json_response(std::string document, unsigned status = 200);
response text_response(std::string text, unsigned status = 200);
/// 204: done, nothing to say.
response no_content();

/// The words of a status: "Not Found". RFC 9110 15.
std::string_view reason(unsigned status) noexcept;

} // namespace remora::http
