#pragma once

#include <string>
#include <string_view>

#include "http/request.hpp"

namespace remora::http {

/// A strong entity tag around a text that names a version (a hash, a number): "\"abc\"". RFC 9110 8.8.3.
/// Characters that a tag may not have become "_".
std::string make_etag(std::string_view version);

/// What a request's If-Match says about what is there.
enum class precondition : unsigned char {
  absent, ///< There is no If-Match: go ahead, if the route allows it.
  holds,
  fails, ///< Answer 412: read again what has changed.
};

/// Compares If-Match with the version that is there now. RFC 9110 13.1.1: strong comparison; "*" holds when
/// something is there.
/// @param current the tag with its quotes, as make_etag() gives it; empty: nothing is there.
precondition check_if_match(const request& asked, std::string_view current);

/// True when If-None-Match names the current version: answer 304 with the tag. RFC 9110 13.1.2: weak
/// comparison.
bool is_not_modified(const request& asked, std::string_view current);

} // namespace remora::http
