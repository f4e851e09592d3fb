#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/router.hpp"

namespace remora::http {

/// The part of a list that a client asks for with ?limit=&cursor=.
struct page_request {
  std::size_t limit = 0; ///< At least 1.
  std::string after;     ///< What encode_cursor() was given for the page before; empty: the first page.
};

/// Reads `limit` and `cursor`. Errors: invalid_usage (no number, 0, more than `most`, a cursor that is not
/// ours).
result<page_request> read_page(const request& asked, std::size_t usual = 100, std::size_t most = 1000);

/// A cursor for the client: opaque, fit for a URL, noticed when damaged.
/// @param after where the next page begins: at most 512 bytes of whatever the handler can find again.
std::string encode_cursor(std::string_view after);

/// The parameters `limit` and `cursor`, for a route's declaration.
std::vector<query_parameter> page_parameters();

} // namespace remora::http
