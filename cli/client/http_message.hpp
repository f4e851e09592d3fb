#pragma once

// For the .cpp files of this folder alone: includes Boost.

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "cli/client/connection.hpp"

namespace remora::client {

using http_response = boost::beast::http::response<boost::beast::http::string_body>;

/// What a response says, without Boost's types.
answer to_answer(const http_response& from);

/// The headers of every request, and those that it has of its own.
void set_headers(const reach& how, const request& what, boost::beast::http::fields& to);

} // namespace remora::client
